#pragma once

#include "config/units.hpp"

#include <nlohmann/json_fwd.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// The configuration of every part of a cluster: one JSON format, read, merged and checked here.
/// A default-constructed value is the default; config/keys.cpp lists every key.
namespace entente {

/// Resource name to quantity as text that is known to be well-formed: "auto", "4", "100GB",
/// "31000-32000", "{a,b}". JSON numbers become their shortest text.
using resource_texts = std::map<std::string, std::string>;

/// Which agents a round asks.
enum class fan_out_mode {
  all,         ///< every able agent
  candidates,  ///< those that the pool says suffice, with a margin
};

/// Whether an agent holds its tasks to what they have asked for.
enum class limits_mode {
  automatic,  ///< as far as the machine and the agent's rights allow it
  off,        ///< resources are accounted only
};

/// From what severity on a line is logged.
enum class log_level { trace, debug, info, warn, error };

/// The parts that log: the program itself, the actors, and the actor library.
constexpr std::array<std::string_view, 4> log_parts{"entente", "master", "agent", "caf"};

/// How a line is logged.
enum class log_format { text, json };

/// A part that a host can run.
enum class part { master, agent };

/// How a round reaches agreement; key "master.agreement".
struct agreement_config {
  std::chrono::milliseconds hold_lease{2000};
  fan_out_mode fan_out = fan_out_mode::all;
  /// After how long without a task a grant is taken back.
  std::chrono::milliseconds unused_grant_timeout{60000};
  /// After how long of waiting room is kept free for a claim.
  std::chrono::milliseconds set_aside_after{30000};

  friend bool operator==(const agreement_config&, const agreement_config&) = default;
};

/// Key "master".
struct master_config {
  endpoint listen{"127.0.0.1", 5060};
  endpoint http{"127.0.0.1", 5050};
  std::string work_dir = "/var/lib/entente/master";
  std::chrono::milliseconds agent_timeout{75000};
  /// How many agents a second may register; 0 is no limit.
  std::uint64_t registration_rate = 2000;
  std::chrono::milliseconds offer_timeout{30000};
  /// Offers are made at most this often.
  std::chrono::milliseconds offer_interval{5};
  /// An offer has at least one of these: less is not worth a message.
  resource_texts min_offer{{"cpus", "0.01"}, {"mem", "32MB"}};
  /// The attribute over whose values a framework's offers are spread; empty: none.
  std::string fault_domain;
  /// How long before its end a preempted grant's framework is told.
  std::chrono::milliseconds preemption_notice{30000};
  agreement_config agreement;

  friend bool operator==(const master_config&, const master_config&) = default;
};

/// Key "agent". Resources and attributes merge name by name: a file that names only "cpus" leaves
/// the other resources at their defaults; a quantity of 0 takes one away.
struct agent_config {
  std::vector<endpoint> masters{{"127.0.0.1", 5060}};
  /// The host that others reach this machine by, as tasks are told it; empty: the machine's name.
  std::string advertise;
  endpoint http{"127.0.0.1", 5051};
  std::string work_dir = "/var/lib/entente/agent";
  resource_texts resources{{"cpus", "auto"},
                           {"mem", "auto"},
                           {"disk", "auto"},
                           {"gpus", "auto"},
                           {"ports", "31000-32000"}};
  std::map<std::string, std::string> attributes;
  /// By role: what of the agent's resources is kept for it.
  std::map<std::string, resource_texts> reservations;
  limits_mode limits = limits_mode::automatic;
  /// How many processes and threads a task may have, where limits are enforced.
  std::uint64_t task_pids = 4096;
  /// Of each of a task's two output streams the newest so many bytes are kept, at least.
  std::string output_size = "100MB";
  /// The size of one file that is fetched for a task, and of what it unpacks to, at most.
  std::string artifact_size = "10GB";
  /// What was fetched is kept for other tasks, at most so much.
  std::string cache_size = "10GB";
  /// How long fetching one file may take.
  std::chrono::milliseconds fetch_timeout{3'600'000};
  /// Whether a task is killed whose sandbox has more than its "disk".
  bool enforce_disk = true;
  /// How long the sandbox of a task is kept after its end.
  std::chrono::milliseconds sandbox_age{7 * 24 * 3'600'000};
  /// When more of the work directory's disk is in use, the oldest sandboxes go sooner; 0 to 1.
  double disk_share = 0.9;

  friend bool operator==(const agent_config&, const agent_config&) = default;
};

/// One entry of "roles".
struct role_config {
  double weight = 1;
  resource_texts guarantee;
  resource_texts limit;
  /// It may take back preemptible grants of others while it is under its guarantee.
  bool preempts = false;

  friend bool operator==(const role_config&, const role_config&) = default;
};

/// One entry of "hosts": what the host runs, and what differs there from "master" and "agent".
struct host_config {
  std::set<part> runs;
  std::string master;  ///< a checked JSON object that overlays the key "master"; empty for none
  std::string agent;   ///< the same for the key "agent"

  friend bool operator==(const host_config&, const host_config&) = default;
};

/// What is looked at in the certificate of who listens, beside that the authority has signed it.
enum class tls_verify {
  host,  ///< that it names the host that was connected to
  ca,    ///< nothing: whoever has a certificate may be anybody
};

/// Key "tls": paths of PEM files; all empty means no TLS. They go together: both ends of a
/// connection show a certificate.
struct tls_config {
  std::string certificate;
  std::string key;
  std::string ca;
  tls_verify verify = tls_verify::host;

  /// Whether connections are encrypted: then all of them are.
  bool enabled() const { return !certificate.empty(); }

  friend bool operator==(const tls_config&, const tls_config&) = default;
};

/// Key "log".
struct log_config {
  log_level level = log_level::info;
  log_format format = log_format::text;
  /// By part: where it differs from `level`.
  std::map<std::string, log_level> levels;
  std::string file;  ///< a path; empty: stderr
  /// A file of that size is set aside and a new one is begun.
  std::string max_size = "100MB";
  /// How many files that were set aside are kept.
  std::uint64_t keep = 5;

  friend bool operator==(const log_config&, const log_config&) = default;
};

/// The whole file.
struct config {
  std::string cluster = "entente";
  master_config master;
  agent_config agent;
  std::map<std::string, resource_texts> slots;  ///< slot class to its limits
  std::map<std::string, role_config> roles;
  std::map<std::string, host_config> hosts;
  tls_config tls;
  /// Whether it may listen without TLS where others than this machine reach it.
  bool insecure = false;
  log_config log;

  friend bool operator==(const config&, const config&) = default;
};

/// One thing that is wrong, said so that the user can put it right.
struct config_error {
  std::string file;     ///< the file, or the variable or flag that the value came from
  std::string key;      ///< "master.offer_timeout"; empty if the whole file is meant
  std::string message;  ///< what was expected and what was found

  /// One line: `cluster.json: master.offer_timeout: expected a duration such as …, found "soon"`.
  std::string to_string() const;

  friend bool operator==(const config_error&, const config_error&) = default;
};

/// A configuration, or everything that is wrong with it (at most `max_config_errors`).
class config_result {
public:
  /*implicit*/ config_result(config value) : value_(std::move(value)) {}

  /// @pre `errors` is not empty
  /*implicit*/ config_result(std::vector<config_error> errors) : errors_(std::move(errors)) {}

  explicit operator bool() const { return errors_.empty(); }

  /// @pre the result is not an error
  const config& operator*() const& { return value_; }
  config operator*() && { return std::move(value_); }
  const config* operator->() const { return &value_; }

  const std::vector<config_error>& errors() const& { return errors_; }
  std::vector<config_error> errors() && { return std::move(errors_); }

private:
  config value_;
  std::vector<config_error> errors_;
};

/// How many addresses of masters there may be.
constexpr std::size_t max_masters = 16;

/// How much a rate, per second, may be.
constexpr std::uint64_t max_rate = 1'000'000;

/// Files longer than this are refused.
constexpr std::size_t max_config_bytes = std::size_t{16} * 1024 * 1024;

/// Objects and lists nested deeper than this are refused.
constexpr int max_config_depth = 16;

/// Errors beyond this are counted, not listed.
constexpr std::size_t max_config_errors = 50;

/// Reads and checks the text of a configuration file: JSON, in which `// …` and `/* … */` are
/// comments. What it does not name has its default.
config_result read_config(std::string_view text, const std::string& file_name);

/// Reads and checks a file.
config_result load_config(const std::string& path);

/// A value given on the command line.
struct flag_value {
  std::string flag;  ///< as the user knows it: "--listen"
  std::string key;   ///< "master.listen", or below a map: "agent.resources.cpus"
  std::string text;
};

/// Where values come from. The command line beats the environment, which beats the file (in it, the
/// host's entry beats the general part), which beats the defaults.
struct config_sources {
  std::string file;  ///< a path; empty for none
  std::string host;  ///< whose entry of "hosts" applies; empty for none, an unknown one is an error
  std::map<std::string, std::string> environment;  ///< the caller's whole environment will do
  std::vector<flag_value> command_line;            ///< the last one of a key wins
  config defaults{};                               ///< what no other source says
};

/// Merges all sources and checks the outcome.
config_result resolve(const config_sources& sources);

/// The variable that sets a key: "master.offer_timeout" -> "ENTENTE_MASTER_OFFER_TIMEOUT". There is
/// one for every key of a single value and for "agent.masters" (separated by commas); other
/// variables, also of this prefix, and empty ones are ignored.
std::string environment_variable(std::string_view key);

/// Every key that has a variable, in the order of the table.
std::vector<std::string> environment_keys();

/// The configuration as a file would hold it, defaults included: read_config() gives it back.
nlohmann::json to_json(const config& value);

/// The names that configuration files use: "all", "info", "json", "master".
std::string_view to_string(fan_out_mode value);
std::string_view to_string(limits_mode value);
std::string_view to_string(tls_verify value);
std::string_view to_string(log_level value);
std::string_view to_string(log_format value);
std::string_view to_string(part value);

}  // namespace entente
