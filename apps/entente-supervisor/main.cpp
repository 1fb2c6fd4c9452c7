// Runs one task for an agent, and outlives the agent; or a probe of a task, and does not. Nobody
// calls it by hand.
#include <iostream>

#include "actors/runtime/probe_supervisor.hpp"
#include "actors/runtime/supervisor.hpp"

int main(int argc, char** argv) {
  using namespace entente::runtime;
  auto options = parse_supervisor({argv + 1, argv + argc});
  if (auto* wrong = std::get_if<failure>(&options)) {
    std::cerr << "entente-supervisor: " << wrong->message << '\n';
    return 64;
  }
  const auto& wanted = std::get<supervisor_options>(options);
  return wanted.probe ? supervise_probe(wanted) : supervise(wanted);
}
