#include "simulate.hpp"

#include <chrono>
#include <optional>

#include "cluster_world.hpp"
#include "seed_jobs.hpp"
#include "shrink.hpp"

namespace entente::simulation {

namespace {

constexpr unsigned most_runs_to_shrink = 1500;

struct wishes {
  std::optional<std::uint64_t> seed;
  std::uint64_t seeds = 0;
  std::uint64_t from = 1;
  unsigned jobs = 1;
  bool trace = false;
  bool all = false;
  bool shrinks = true;
};

std::optional<wishes> parse(const std::vector<std::string>& arguments) {
  wishes result;
  try {
    for (auto i = arguments.begin(); i != arguments.end(); ++i) {
      auto number = [&] { return std::stoull(++i == arguments.end() ? "" : *i); };
      if (*i == "--trace")
        result.trace = true;
      else if (*i == "--no-shrink")
        result.shrinks = false;
      else if (*i == "--all")
        result.all = true;
      else if (*i == "--seeds")
        result.seeds = number();
      else if (*i == "--from")
        result.from = number();
      else if (*i == "--jobs")
        result.jobs = static_cast<unsigned>(number());
      else
        result.seed = std::stoull(*i);
    }
  } catch (const std::logic_error&) {
    return std::nullopt;
  }
  if (result.seed.has_value() == (result.seeds > 0) || result.jobs == 0)
    return std::nullopt;
  return result;
}

/// `P7`, of a violation's text.
std::string promise_of(const std::string& violation) {
  return violation.substr(0, violation.find(':'));
}

void print(const figures& xs, std::ostream& out) {
  for (const auto& [name, count] : xs)
    out << "  " << count << ' ' << name << '\n';
}

void explain(std::uint64_t seed, const report& failed, std::ostream& out) {
  auto whole = make_plan(seed);
  out << "seed " << seed << " fails after " << failed.at.count() << " ms: " << *failed.violation
      << "\nlooking for the shortest plan that fails, of " << whole.events.size() << " events...\n";
  out.flush();
  auto promise = promise_of(*failed.violation);
  auto shortest = shrink(
    whole,
    [&](const plan& x) {
      auto again = cluster_world{x, nullptr}.run();
      return again.violation && promise_of(*again.violation) == promise;
    },
    most_runs_to_shrink);
  auto last = cluster_world{shortest, nullptr}.run();
  out << to_string(shortest.shape) << '\n';
  for (const auto& x : shortest.events)
    out << to_string(x, shortest.shape) << '\n';
  out << last.at.count() << " ms: " << last.violation.value_or("nothing")
      << "\nreplay it: ./dev simulate " << seed << " --trace\n";
}

int replay(std::uint64_t seed, bool trace, std::ostream& out) {
  auto result = cluster_world{make_plan(seed), trace ? &out : nullptr}.run();
  print(result.counts, out);
  out << "trace " << result.trace << '\n';
  if (!result.violation) {
    out << "seed " << seed << " keeps all promises\n";
    return 0;
  }
  explain(seed, result, out);
  return 1;
}

int try_seeds(const wishes& x, std::ostream& out) {
  auto begin = std::chrono::steady_clock::now();
  auto result = run_seeds(x.from, x.seeds, x.jobs, x.all, [&](const seeds_result& so_far) {
    out << so_far.tried << " seeds";
    if (!so_far.failed.empty())
      out << ", " << so_far.failed.size() << " failed, the last is " << so_far.failed.back().seed;
    out << std::endl;
  });
  std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  out << result.tried << " seeds from " << x.from << " in " << took.count() << " s, "
      << static_cast<double>(result.tried) / took.count() << " a second:\n";
  print(result.counts, out);
  for (const auto& y : result.failed)
    out << "seed " << y.seed << ": " << y.how << '\n';
  if (result.failed.empty())
    return 0;
  if (!x.shrinks)
    return 1;
  auto seed = result.failed.front().seed;
  if (auto again = cluster_world{make_plan(seed), nullptr}.run(); again.violation)
    explain(seed, again, out);
  return 1;
}

}  // namespace

int simulate(const std::vector<std::string>& arguments, std::ostream& out) {
  auto wanted = parse(arguments);
  if (!wanted) {
    out
      << "usage: simulate SEED [--trace] | --seeds N [--from S] [--jobs J] [--all] [--no-shrink]\n";
    return 64;
  }
  return wanted->seed ? replay(*wanted->seed, wanted->trace, out) : try_seeds(*wanted, out);
}

}  // namespace entente::simulation
