#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace entente {

/// A command that is run in the task's sandbox, with the task's environment: exit code 0 says that
/// the task is well.
struct command_probe {
  std::vector<std::string> argv;
  friend bool operator==(const command_probe&, const command_probe&) = default;
};

/// A connection to the port, on the machine's loopback address, says so.
struct tcp_probe {
  std::uint16_t port = 0;
  friend bool operator==(const tcp_probe&, const tcp_probe&) = default;
};

/// A GET by HTTP at the port, on the machine's loopback address, that is answered by a status from
/// 200 to 399 says so.
struct http_probe {
  std::uint16_t port = 0;
  std::string path = "/";
  friend bool operator==(const http_probe&, const http_probe&) = default;
};

/// How is found out, again and again, whether a task that runs is well. One that is not, in so many
/// probes one after the other, is killed.
struct health_check {
  std::variant<command_probe, tcp_probe, http_probe> probe{};
  /// After the task has begun, for which failures do not count; it ends with the first success.
  std::chrono::milliseconds grace{10'000};
  std::chrono::milliseconds interval{10'000};  ///< from the end of a probe to the next
  std::chrono::milliseconds timeout{5'000};    ///< of a probe: it has failed then
  std::uint32_t failures = 3;                  ///< one after the other, until it is killed; >= 1
  friend bool operator==(const health_check&, const health_check&) = default;
};

/// Whether a task is well, if that is asked. On the wire: only ever add at the end.
enum class task_health : std::uint16_t {
  unknown,  ///< it has no health check, or no probe has said anything so far
  healthy,
  unhealthy,
};
inline constexpr std::uint16_t task_health_count = 3;
/// `healthy`; empty for `unknown`.
std::string_view to_string(task_health x);

}  // namespace entente
