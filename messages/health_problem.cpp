#include "messages/health_problem.hpp"

#include <algorithm>
#include <optional>

#include "config/units.hpp"
#include "messages/overloaded.hpp"

namespace entente {

namespace {

using namespace std::chrono_literals;

using maybe_problem = std::optional<std::string>;

constexpr std::chrono::milliseconds shortest = 10ms;
/// More than anybody means, and less than what a clock can count to.
constexpr std::chrono::milliseconds longest = 24h * 365;

maybe_problem problem_of(const char* what, std::chrono::milliseconds x,
                         std::chrono::milliseconds least) {
  if (x >= least && x <= longest)
    return std::nullopt;
  return std::string{"the "} + what + " of a health check is from " + format_duration(least) +
         " to " + format_duration(longest);
}

maybe_problem problem_of_port(std::uint16_t port) {
  if (port != 0)
    return std::nullopt;
  return "a health check needs a port from 1 to 65535";
}

/// What would be no path in the first line of a request.
bool is_no_path(const std::string& x) {
  return !x.starts_with('/') ||
         std::any_of(x.begin(), x.end(), [](char c) { return c <= ' ' || c > '~' || c == '#'; });
}

maybe_problem problem_of_probe(const health_check& x) {
  return std::visit(overloaded{[](const command_probe& y) -> maybe_problem {
                                 if (!y.argv.empty() && !y.argv.front().empty())
                                   return std::nullopt;
                                 return "a health check needs a command";
                               },
                               [](const tcp_probe& y) { return problem_of_port(y.port); },
                               [](const http_probe& y) -> maybe_problem {
                                 if (is_no_path(y.path))
                                   return "the path of a health check begins with / and is of "
                                          "printable ASCII without spaces and #";
                                 return problem_of_port(y.port);
                               }},
                    x.probe);
}

}  // namespace

maybe_problem problem_of(const health_check& x) {
  if (auto problem = problem_of_probe(x))
    return problem;
  if (auto problem = problem_of("grace period", x.grace, 0ms))
    return problem;
  if (auto problem = problem_of("interval", x.interval, shortest))
    return problem;
  if (auto problem = problem_of("timeout", x.timeout, shortest))
    return problem;
  if (x.failures == 0)
    return "a health check allows at least 1 failure until the task is killed";
  return std::nullopt;
}

}  // namespace entente
