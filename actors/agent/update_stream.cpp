#include "actors/agent/update_stream.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace entente {

update_stream::update_stream(std::vector<status_update> waiting, const status_update& last)
    : waiting_(std::make_move_iterator(waiting.begin()), std::make_move_iterator(waiting.end())),
      last_sequence_(last.sequence),
      ended_(is_terminal(last.state)) {}

std::optional<status_update> update_stream::push(status_update update, time_point now) {
  update.sequence = ++last_sequence_;
  ended_ = ended_ || is_terminal(update.state);
  waiting_.push_back(std::move(update));
  if (waiting_.size() > 1)
    return std::nullopt;
  return resend(now);
}

std::optional<status_update> update_stream::acknowledge(std::uint64_t sequence, time_point now) {
  if (waiting_.empty() || waiting_.front().sequence != sequence)
    return std::nullopt;
  waiting_.pop_front();
  return resend(now);
}

std::optional<status_update> update_stream::repeat(time_point now) {
  if (waiting_.empty() || now < repeat_at_)
    return std::nullopt;
  pause_ = std::min(2 * pause_, longest_pause);
  repeat_at_ = now + pause_;
  return waiting_.front();
}

std::optional<time_point> update_stream::next_deadline() const {
  if (waiting_.empty())
    return std::nullopt;
  return repeat_at_;
}

std::optional<status_update> update_stream::resend(time_point now) {
  if (waiting_.empty())
    return std::nullopt;
  pause_ = first_pause;
  repeat_at_ = now + pause_;
  return waiting_.front();
}

}  // namespace entente
