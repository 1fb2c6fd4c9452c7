#include <algorithm>

#include "cluster_world.hpp"

namespace entente::simulation {

namespace {

using namespace std::chrono_literals;

/// How many small claims wait at any time: more than there is room for.
constexpr std::size_t stream_width = 8;
constexpr std::chrono::milliseconds stream_step = 20ms;
constexpr std::chrono::milliseconds before_the_large = 2s;
/// What a claim may take beyond the time after which room is set aside for it: the longest task of
/// the stream, the release of its slots, and rounds.
constexpr std::chrono::milliseconds margin = 5s;

order work(std::uint32_t slots) {
  order x;
  x.wanted.count = slots;
  x.wanted.limits.set_milli("cpus", 1000);
  x.wanted.limits.set_milli("mem", 100'000);
  return x;
}

}  // namespace

void cluster_world::stream(application& from, std::chrono::milliseconds time,
                           const std::function<bool()>& until) {
  for (auto end = world_.run.now() + time; world_.run.now() < end && !until() && !failed();) {
    while (from.open_claims().size() < stream_width)
      from.claim_slots(work(1));
    go_on(stream_step);
  }
}

void cluster_world::check_fairness() {
  auto x = std::find_if(frameworks_.begin(), frameworks_.end(), [](const auto& y) {
    return y.app->driver() && y.app->is_subscribed() && !y.app->ended();
  });
  if (x == frameworks_.end())
    return;
  auto& app = *x->app;
  std::uint32_t slots = 0;
  for (const auto& agent : agents_)
    slots += static_cast<std::uint32_t>(agent.info.total.slots(work(1).wanted.limits));
  stream(app, before_the_large, [] { return false; });
  auto large = app.claim_slots(work(slots));
  auto start = world_.run.now();
  stream(app, set_aside_after + margin, [&] { return !app.open_claims().contains(large); });
  if (app.open_claims().contains(large))
    result_.violated("P4", "claim " + large.str() + " of all " + std::to_string(slots) +
                             " slots starves in a stream of small ones");
  ++counts_["large claims in a stream"];
  counts_["seconds that they took"] += static_cast<std::uint64_t>((world_.run.now() - start) / 1s);
  go_on(margin);
}

}  // namespace entente::simulation
