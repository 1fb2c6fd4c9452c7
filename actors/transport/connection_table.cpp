#include "actors/transport/connection_table.hpp"

#include <algorithm>
#include <utility>

namespace entente {

std::chrono::milliseconds connection_limits::time_for(std::uint32_t bytes) const {
  return frame_grace +
         std::chrono::milliseconds{std::uint64_t{1000} * bytes / least_bytes_a_second};
}

connection_table::connection_table(connection_limits limits, std::function<void(int)> hang_up)
    : limits_(limits), hang_up_(std::move(hang_up)) {}

connection_table::id connection_table::add(int socket, time_point now) {
  std::lock_guard guard{mutex_};
  if (entries_.size() >= limits_.most)
    return 0;
  if (strangers_.size() >= limits_.most_strangers) {
    auto oldest = strangers_.begin()->first;
    close(oldest, entries_.at(oldest));
  }
  auto connection = ++last_id_;
  entries_.emplace(connection, entry{socket, now, now, {}});
  strangers_.emplace(connection, now);
  return connection;
}

bool connection_table::remove(id connection) {
  std::lock_guard guard{mutex_};
  auto found = entries_.find(connection);
  if (found == entries_.end())
    return false;
  if (auto node = nodes_.find(found->second.node);
      node != nodes_.end() && node->second == connection)
    nodes_.erase(node);
  strangers_.erase(connection);
  waiting_ -= found->second.waiting;
  auto was_fullest = found->second.was_fullest;
  entries_.erase(found);
  return was_fullest;
}

void connection_table::heard(id connection, time_point now) {
  std::lock_guard guard{mutex_};
  if (auto found = entries_.find(connection); found != entries_.end())
    found->second.last_heard = now;
}

bool connection_table::introduce(id connection, const std::string& node, time_point now) {
  std::lock_guard guard{mutex_};
  auto found = entries_.find(connection);
  if (found == entries_.end())
    return false;
  if (auto older = nodes_.find(node); older != nodes_.end()) {
    auto& other = entries_.at(older->second);
    if (other.closing)
      return false;
    if (other.last_heard + limits_.silence < now) {
      close(older->second, other);
      return false;
    }
  }
  strangers_.erase(connection);
  found->second.node = node;
  nodes_.emplace(node, connection);
  return true;
}

void connection_table::drop(id connection) {
  std::lock_guard guard{mutex_};
  if (auto found = entries_.find(connection); found != entries_.end())
    close(connection, found->second);
}

void connection_table::expire(time_point now) {
  std::lock_guard guard{mutex_};
  while (!strangers_.empty() && strangers_.begin()->second + limits_.introduction <= now) {
    auto oldest = strangers_.begin()->first;
    close(oldest, entries_.at(oldest));
  }
}

bool connection_table::reserve(std::size_t bytes) {
  std::lock_guard guard{mutex_};
  if (bytes > limits_.all_frames_bytes - reserved_)
    return false;
  reserved_ += bytes;
  return true;
}

void connection_table::give_back(std::size_t bytes) {
  std::lock_guard guard{mutex_};
  reserved_ -= bytes;
}

bool connection_table::waits(id connection, std::size_t bytes) {
  std::lock_guard guard{mutex_};
  auto found = entries_.find(connection);
  if (found == entries_.end() || found->second.closing)
    return false;
  auto& x = found->second;
  waiting_ -= std::exchange(x.waiting, bytes);
  waiting_ += bytes;
  if (waiting_ > limits_.all_waiting_bytes)
    close_fullest();
  return !x.closing;
}

void connection_table::refused(std::string who_and_why) {
  std::lock_guard guard{mutex_};
  ++refusals_.count;
  refusals_.last = std::move(who_and_why);
}

connection_table::refusals connection_table::take_refusals() {
  std::lock_guard guard{mutex_};
  return std::exchange(refusals_, {});
}

std::size_t connection_table::size() const {
  std::lock_guard guard{mutex_};
  return entries_.size();
}

std::size_t connection_table::strangers() const {
  std::lock_guard guard{mutex_};
  return strangers_.size();
}

std::size_t connection_table::waiting() const {
  std::lock_guard guard{mutex_};
  return waiting_;
}

void connection_table::close_fullest() {
  auto fullest =
    std::ranges::max_element(entries_, {}, [](const auto& x) { return x.second.waiting; });
  fullest->second.was_fullest = true;
  close(fullest->first, fullest->second);
}

void connection_table::close(id connection, entry& x) {
  strangers_.erase(connection);
  waiting_ -= std::exchange(x.waiting, 0);
  x.closing = true;
  hang_up_(x.socket);
}

}  // namespace entente
