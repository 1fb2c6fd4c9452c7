#include <algorithm>
#include <numeric>

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

/// One slot for a time that differs, so that not all become free at once.
order short_work(dice& chance) {
  auto x = work(1);
  x.use.task_time = 500ms + std::chrono::milliseconds{chance.below(1500)};
  return x;
}

std::size_t slots_of(const application& x) {
  std::size_t slots = 0;
  for (const auto& [id, held] : x.grants())
    slots += held.what.slots.size() - held.gone.size();
  return slots;
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

std::vector<double> cluster_world::share_out(duration settling, duration measured,
                                             std::uint32_t gang) {
  make_room();
  start_master();
  for (auto& x : agents_)
    start_agent(x);
  for (auto& x : frameworks_)
    start_framework(x);
  world_.net.set_faults({.in_order = plan_.shape.in_order});
  detect_masters();
  auto sum = std::vector<double>(frameworks_.size());
  auto measure_from = start_ + settling;
  claim_id large;
  for (auto end = measure_from + measured; world_.run.now() < end && !failed();) {
    for (auto& x : frameworks_)
      while (x.app->is_subscribed() && x.app->open_claims().size() < stream_width)
        x.app->claim_slots(short_work(world_.chance));
    if (gang > 0 && large.empty() && world_.run.now() >= measure_from)
      large = claim_gang(gang);
    go_on(stream_step);
    for (std::size_t i = 0; i < frameworks_.size() && world_.run.now() >= measure_from; ++i)
      sum[i] += static_cast<double>(slots_of(*frameworks_[i].app));
    if (!large.empty() && !frameworks_.front().app->open_claims().contains(large))
      break;
  }
  if (!large.empty() && frameworks_.front().app->open_claims().contains(large))
    result_.violated("P4", "a gang of " + std::to_string(gang) + " slots starves");
  auto all = std::accumulate(sum.begin(), sum.end(), 0.0);
  for (auto& x : sum)
    x /= std::max(all, 1.0);
  return sum;
}

claim_id cluster_world::claim_gang(std::uint32_t slots) {
  return frameworks_.front().app->claim_slots(work(slots));
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
