#pragma once

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <set>
#include <sstream>
#include <string>

#include "support.hpp"

namespace entente::test {

constexpr std::size_t size = 4;
inline const strings four{"-n", "4"};

/// Says its process id, then stays.
constexpr auto patient = "echo $$; exec sleep 600";

inline strings split(const std::string& text, char at) {
  strings result;
  std::istringstream in{text};
  for (std::string part; std::getline(in, part, at);)
    result.push_back(part);
  return result;
}

inline strings sorted_lines(const std::string& text) {
  auto result = split(text, '\n');
  std::ranges::sort(result);
  return result;
}

inline std::string prefix(std::size_t rank) {
  return '[' + std::to_string(rank) + "] ";
}

struct config_file {
  config_file()
      : path(place.write("cluster.json", R"({
          "agent": {"attributes": {"rack": "r1"}},
          "slots": {"small": {"cpus": 0.5, "mem": "64MB"}, "wide": {"cpus": 2}}})")) {}

  workshop place;
  std::string path;
};

/// Room for eight slots of one cpu.
struct eight : config_file, cluster {
  eight()
      : cluster({"--agents", "4", "--cpus", "2", "--mem", "1GB", "--config", config_file::path}) {}

  using cluster::path;

  /// Where the tasks run, or ran: one entry for each.
  strings agents_of_tasks() const {
    strings result;
    for (const auto& x : listing("tasks"))
      result.push_back(x.at("agent").get<std::string>());
    return result;
  }

  std::size_t count_of_agents() const {
    auto all = agents_of_tasks();
    return std::set<std::string>{all.begin(), all.end()}.size();
  }

  void wait_for_tasks(std::size_t count, const std::string& state) const {
    wait_for("tasks", [&](const json& xs) {
      return std::ranges::count(xs, json(state), [](const json& x) { return x.at("state"); }) ==
             static_cast<std::ptrdiff_t>(count);
    });
  }

  /// Waits until no agent has anything in use or promised.
  void wait_until_all_is_free() const {
    wait_for("agents", [](const json& xs) {
      return std::ranges::all_of(xs, [](const json& x) {
        return x.at("allocated").at("cpus") == 0 && x.at("allocated").at("mem") == 0 &&
               x.at("held").at("cpus") == 0 && x.at("free") == x.at("total");
      });
    });
  }

  /// The only claim there is, once it is in this state.
  json wait_for_claim(const std::string& state) const {
    return wait_for(
      "claims", [&](const json& xs) { return xs.size() == 1 && xs[0].at("state") == state; })[0];
  }

  /// A script that goes on when `size` ranks have come so far.
  std::string together() const {
    return "touch " + path("here.$ENTENTE_RANK") + "; until test $(ls " + path("") +
           " | grep -c ^here) = $ENTENTE_SIZE; do sleep 0.02; done; ";
  }
};

/// A claim that is refused ends with 75, nothing on stdout, and one line that says why.
inline void check_refused(const ending& x, const std::string& reason) {
  BOOST_CHECK_MESSAGE(x.code == 75 && x.out.empty() && is_one_line(x.err), x);
  BOOST_CHECK_MESSAGE(mentions(x.err, reason), x << ", wanted \"" << reason << "\" on stderr");
}

}  // namespace entente::test
