#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>

#include "messages/time.hpp"

namespace entente {

struct connection_limits {
  /// All connections together.
  std::size_t most = 4096;
  /// Those of them that have not said yet who they are: one more, and the oldest is closed.
  std::size_t most_strangers = 512;
  /// How long a connection may take to say who it is.
  std::chrono::milliseconds introduction{10'000};
  /// After how long of silence a connection gives way to a new one from the same process.
  std::chrono::milliseconds silence{10'000};
  /// The longest message, and what all that are on their way may take together.
  std::uint32_t frame_bytes = std::uint32_t{64} << 20;
  std::size_t all_frames_bytes = std::size_t{512} << 20;
  /// What time_for() is made of: what each message may take, and the rate of its bytes.
  std::chrono::milliseconds frame_grace{20'000};
  std::uint32_t least_bytes_a_second = std::uint32_t{16} << 10;
  /// What may wait to be written to all connections together.
  std::size_t all_waiting_bytes = std::size_t{512} << 20;

  /// How long a message of so many bytes may be on its way, from its header on.
  std::chrono::milliseconds time_for(std::uint32_t bytes) const;
};

/// All connections of a process, so that strangers cost a bounded amount of descriptors, memory and
/// time. No clock: `now` is given. Threads: any.
///
/// To close a connection means to call `hang_up` with its socket, under the table's lock, so that a
/// socket that is removed before it is closed is never hung up on under a number used again.
class connection_table {
public:
  using id = std::int64_t;

  connection_table(connection_limits limits, std::function<void(int socket)> hang_up);

  /// Enters a connection; closes the oldest stranger if there are too many.
  /// @returns its id; 0 if there are too many connections, then it is not entered
  id add(int socket, time_point now);

  /// Called before the socket is closed. @returns whether the table has closed the connection
  /// because it was the fullest
  bool remove(id connection);

  /// Something has come.
  void heard(id connection, time_point now);

  /// It has said that it is `node`. An older connection of that node which is silent is closed.
  /// @returns false if one was: CAF would ignore this one for as long as it knows of the other, so
  ///          it is to be closed too, and its other end tries again
  bool introduce(id connection, const std::string& node, time_point now);

  /// Closes the connection, if it is still there.
  void drop(id connection);

  /// Closes the strangers that have had their time.
  void expire(time_point now);

  /// Books memory for parts of messages. @returns false if there is none left; then nothing is
  /// booked
  bool reserve(std::size_t bytes);
  void give_back(std::size_t bytes);

  /// So much waits to be written to the connection. If all that waits is too much then, the
  /// connection for which most waits is closed: its other end does not read, or reads too slowly.
  /// @returns false if this one is being closed; what waits for it counts no more
  bool waits(id connection, std::size_t bytes);

  /// Takes note of a connection that was refused, for take_refusals().
  void refused(std::string who_and_why);

  struct refusals {
    std::size_t count = 0;
    std::string last;
  };

  /// What has come together since the last call.
  refusals take_refusals();

  std::size_t size() const;
  std::size_t strangers() const;
  /// How many bytes wait to be written.
  std::size_t waiting() const;
  const connection_limits& limits() const noexcept { return limits_; }

private:
  struct entry {
    int socket;
    time_point since;
    time_point last_heard;
    std::string node;         ///< empty for a stranger
    std::size_t waiting = 0;  ///< bytes to be written
    bool closing = false;
    bool was_fullest = false;
  };

  void close(id connection, entry& x);
  void close_fullest();

  const connection_limits limits_;
  const std::function<void(int)> hang_up_;
  mutable std::mutex mutex_;
  std::map<id, entry> entries_;
  std::map<id, time_point> strangers_;  ///< that are not being closed, oldest first
  std::map<std::string, id> nodes_;     ///< the newest connection of each
  id last_id_ = std::int64_t{1} << 32;  ///< above the numbers of sockets, which CAF uses as ids
  std::size_t reserved_ = 0;
  std::size_t waiting_ = 0;  ///< the sum of the entries'
  refusals refusals_;
};

}  // namespace entente
