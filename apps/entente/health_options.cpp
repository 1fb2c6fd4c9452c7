#include "apps/entente/health_options.hpp"

#include <charconv>
#include <string_view>
#include <utility>

#include "config/units.hpp"
#include "messages/health_problem.hpp"
#include "messages/overloaded.hpp"

namespace entente {

namespace {

constexpr std::string_view own_port = "PORT";

template <class Number>
std::optional<Number> parse_number(std::string_view text) {
  Number result = 0;
  auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), result);
  auto whole = failed == std::errc{} && end == text.data() + text.size();
  return whole ? std::optional{result} : std::nullopt;
}

std::string expected(const char* flag, const char* what, std::string_view found) {
  return std::string{flag} + ": expected " + what + ", found \"" + std::string{found} + '"';
}

/// Reads the flags one after the other, up to the first that is wrong.
class reader {
public:
  reader(const health_options& options, std::uint32_t ports) : options_(options), ports_(ports) {}

  std::variant<std::optional<wanted_health>, usage_error> read() {
    if (!read_probe())
      return no_probe();
    read_duration("--health-grace", options_.grace, result_.check.grace);
    read_duration("--health-interval", options_.interval, result_.check.interval);
    read_duration("--health-timeout", options_.timeout, result_.check.timeout);
    read_failures();
    if (!wrong_)
      look_for_problem();
    if (wrong_)
      return usage_error{*wrong_};
    return std::optional{result_};
  }

private:
  void complain(std::string what) {
    if (!wrong_)
      wrong_ = std::move(what);
  }

  /// @returns false if there is none
  bool read_probe() {
    auto count =
      options_.command.has_value() + options_.tcp.has_value() + options_.http.has_value();
    if (count > 1)
      complain("only one of --health-command, --health-tcp and --health-http can be given");
    if (options_.command)
      read_command(*options_.command);
    else if (options_.tcp)
      result_.check.probe = tcp_probe{read_port("--health-tcp", *options_.tcp)};
    else if (options_.http)
      read_http(*options_.http);
    return count > 0;
  }

  void read_command(const std::string& text) {
    if (text.empty())
      complain(expected("--health-command", "a command", text));
    result_.check.probe = command_probe{{"sh", "-c", text}};
  }

  void read_http(std::string_view text) {
    auto slash = std::min(text.find('/'), text.size());
    http_probe probe{read_port("--health-http", text.substr(0, slash))};
    if (slash < text.size())
      probe.path = text.substr(slash);
    result_.check.probe = std::move(probe);
  }

  std::uint16_t read_port(const char* flag, std::string_view text) {
    if (text.starts_with(own_port)) {
      read_own_port(flag, text);
      return any_port;
    }
    auto port = parse_number<std::uint16_t>(text).value_or(0);
    if (port == 0)
      complain(expected(
        flag, "a port from 1 to 65535, or PORT0 for the first port of the task's own slot", text));
    return port;
  }

  void read_own_port(const char* flag, std::string_view text) {
    result_.slot_port = parse_number<std::uint32_t>(text.substr(own_port.size()));
    if (!result_.slot_port)
      complain(expected(flag, "PORT0, PORT1 or another of the slot's own ports", text));
    else if (*result_.slot_port >= ports_)
      complain(std::string{flag} + ": there is no " + std::string{text} + ": a slot has " +
               std::to_string(ports_) + (ports_ == 1 ? " port" : " ports") +
               " of its own, see --ports");
  }

  void read_duration(const char* flag, const std::optional<std::string>& text,
                     std::chrono::milliseconds& to) {
    if (!text)
      return;
    if (auto duration = parse_duration(*text))
      to = *duration;
    else
      complain(expected(flag, "a duration such as 250ms or 5s", *text));
  }

  void read_failures() {
    if (!options_.failures)
      return;
    if (auto count = parse_number<std::uint32_t>(*options_.failures))
      result_.check.failures = *count;
    else
      complain(expected("--health-failures", "a number from 1 on", *options_.failures));
  }

  void look_for_problem() {
    if (auto problem = problem_of(result_.check))
      complain("the flags --health-...: " + *problem);
  }

  std::variant<std::optional<wanted_health>, usage_error> no_probe() const {
    for (const auto* text :
         {&options_.grace, &options_.interval, &options_.timeout, &options_.failures})
      if (*text)
        return usage_error{"a health check needs --health-command, --health-tcp or --health-http"};
    return std::nullopt;
  }

  /// Instead of one that is known only when there is a slot.
  static constexpr std::uint16_t any_port = 1;

  const health_options& options_;
  std::uint32_t ports_;
  wanted_health result_;
  std::optional<std::string> wrong_;
};

}  // namespace

std::variant<std::optional<wanted_health>, usage_error> parse_health(const health_options& options,
                                                                     std::uint32_t ports) {
  return reader{options, ports}.read();
}

health_check health_in(const granted_slot& slot, const wanted_health& wanted) {
  auto result = wanted.check;
  if (!wanted.slot_port)
    return result;
  auto index = *wanted.slot_port;
  auto port = index < slot.ports.size() ? slot.ports[index] : std::uint16_t{0};
  std::visit(overloaded{[](command_probe&) {}, [port](auto& probe) { probe.port = port; }},
             result.probe);
  return result;
}

void add_health_options(CLI::App& command, health_options& options) {
  auto* shell = command.add_option("--health-command", options.command,
                                   "says by code 0, in the task's sandbox, that the task is well");
  auto* tcp = command.add_option("--health-tcp", options.tcp,
                                 "PORT: a connection to 127.0.0.1 says so; PORT0, PORT1 and so on "
                                 "are the slot's own ports");
  auto* http =
    command.add_option("--health-http", options.http, "PORT/PATH: a GET says so, by 200 to 399");
  shell->excludes(tcp)->excludes(http);
  tcp->excludes(http);
  command.add_option("--health-grace", options.grace,
                     "failures do not count so long, or until the first success; default 10s");
  command.add_option("--health-interval", options.interval,
                     "from the end of a probe to the next; default 10s");
  command.add_option("--health-timeout", options.timeout, "of a probe; default 5s");
  command.add_option("--health-failures", options.failures,
                     "so many one after the other, and the task is killed; default 3");
}

}  // namespace entente
