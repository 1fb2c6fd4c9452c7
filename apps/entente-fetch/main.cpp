// Fetches what a task needs before it begins. Its supervisor calls it; nobody does by hand.
#include <iostream>

#include "actors/runtime/fetch/fetch.hpp"
#include "actors/runtime/run_directory.hpp"

namespace {

using namespace entente::runtime;

void say(const std::string& line) {
  std::cerr << "entente-fetch: " + line + '\n' << std::flush;
}

std::optional<fetch_failure> do_work(const run_directory& run) {
  auto work = run.work();
  if (auto* why = std::get_if<failure>(&work))
    return fetch_failure{*why};
  auto job = parse_fetch_job(std::get<std::string>(work));
  if (auto* why = std::get_if<failure>(&job))
    return fetch_failure{*why};
  return fetch(std::get<fetch_job>(job), say);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    say("a fetcher is started by a task's supervisor: entente-fetch RUN_DIRECTORY");
    return 64;
  }
  run_directory run{argv[1]};
  auto why = do_work(run);
  if (!why)
    return 0;
  say(why->message);
  run.write_why(why->message);
  if (why->is_over_disk)
    run.write_over_limit(why->message);
  return 1;
}
