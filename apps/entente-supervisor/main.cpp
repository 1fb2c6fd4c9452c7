// Runs one task for an agent, and outlives the agent. Nobody calls it by hand.
#include <iostream>

#include "actors/runtime/supervisor.hpp"

int main(int argc, char** argv) {
  using namespace entente::runtime;
  auto options = parse_supervisor({argv + 1, argv + argc});
  if (auto* wrong = std::get_if<failure>(&options)) {
    std::cerr << "entente-supervisor: " << wrong->message << '\n';
    return 64;
  }
  return supervise(std::get<supervisor_options>(options));
}
