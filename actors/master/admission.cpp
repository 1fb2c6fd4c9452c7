#include "actors/master/admission.hpp"

#include <algorithm>

namespace entente {

namespace {

using namespace std::chrono_literals;

admission::duration until(time_point when, time_point now) {
  return std::max<admission::duration>(std::chrono::ceil<admission::duration>(when - now), 1ms);
}

}  // namespace

admission::admission(std::uint64_t rate) {
  if (rate == 0)
    return;
  interval_ = time_point::duration{1s} / static_cast<time_point::rep>(rate);
  burst_ = time_point::duration{1s} - interval_;
}

std::optional<admission::duration> admission::ask(const agent_id& agent, time_point now) {
  if (interval_ == interval_.zero())
    return std::nullopt;
  expire(now);
  if (auto place = places_.find(agent); place != places_.end()) {
    if (now < place->second)
      return until(place->second, now);  // It was told so before, and has not heard it.
    places_.erase(place);
    end_if_nobody_waits(now);
    return std::nullopt;
  }
  if (next_free() > now)
    return give_place(agent, now);
  take_one(now);
  return std::nullopt;
}

admission::duration admission::give_place(const agent_id& agent, time_point now) {
  if (!began_at_) {
    began_at_ = now;
    so_far_ = {.begins = false};
    changes_.push_back({});
  }
  auto wait = until(next_free(), now);
  if (wait > longest_wait || places_.size() >= most_places)
    return std::min(wait, longest_wait);
  ++so_far_.held_back;
  so_far_.longest_wait = std::max(so_far_.longest_wait, wait);
  places_.emplace(agent, next_free());
  in_order_.emplace_back(next_free(), agent);
  take_one(now);
  return wait;
}

void admission::take_one(time_point now) {
  full_ = std::max(full_, now) + interval_;
}

void admission::pass(time_point now) {
  if (interval_ > interval_.zero() && next_free() <= now)
    take_one(now);  // No debt: those who have places are not to wait longer.
}

void admission::expire(time_point now) {
  while (!in_order_.empty() && in_order_.front().first + place_kept <= now) {
    const auto& [when, agent] = in_order_.front();
    if (auto place = places_.find(agent); place != places_.end() && place->second == when) {
      places_.erase(place);
      ++so_far_.not_come;
    }
    in_order_.pop_front();
  }
  end_if_nobody_waits(now);
}

void admission::end_if_nobody_waits(time_point now) {
  if (!places_.empty() || !began_at_)
    return;
  in_order_.clear();
  so_far_.lasted = std::chrono::floor<duration>(now - *began_at_);
  changes_.push_back(so_far_);
  began_at_.reset();
}

std::optional<time_point> admission::next_deadline() const {
  if (in_order_.empty())
    return std::nullopt;
  return in_order_.front().first + place_kept;
}

}  // namespace entente
