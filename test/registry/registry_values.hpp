#pragma once

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <ostream>

#include "actors/registry/registry.hpp"
#include "actors/registry/registry_file.hpp"
#include "support/generate.hpp"
#include "support/scratch_directory.hpp"

namespace entente {

inline std::ostream& operator<<(std::ostream& out, const registry_state& x) {
  return out << x.cluster << " in life " << x.lives << ": " << x.agents.size() << " agents, "
             << x.frameworks.size() << " frameworks, " << x.quota.size() << " quotas, "
             << x.weights.size() << " weights, " << x.reservations.size() << " reservations, "
             << x.drains.size() << " drains, " << x.deactivated.size() << " deactivated, "
             << x.maintenance.size() << " windows";
}

}  // namespace entente

namespace entente::test {

/// Makes up entries, few keys, so that they meet again.
class entry_generator {
public:
  explicit entry_generator(std::uint64_t seed) : make_(seed) {}

  std::uint64_t below(std::uint64_t count) { return make_.below(count); }

  registry_change change() {
    switch (make_.below(8)) {
    case 0:
      return set_or_remove(agent());
    case 1:
      return set_or_remove(framework());
    case 2:
      return set_or_remove(registered_quota{text(), amount(), amount()});
    case 3:
      return set_or_remove(registered_weight{text(), make_.positive()});
    case 4:
      return set_or_remove(registered_reservation{agent_id{text()}, text(), amount()});
    case 5:
      return set_or_remove(registered_drain{agent_id{text()}, maybe_time(), make_.flip()});
    case 6:
      return set_or_remove(registered_deactivation{agent_id{text()}});
    default:
      return set_or_remove(window());
    }
  }

  std::vector<registry_change> changes(std::uint64_t most) {
    std::vector<registry_change> result;
    for (auto left = 1 + make_.below(most); left > 0; --left)
      result.push_back(change());
    return result;
  }

private:
  template <class Entry>
  registry_change set_or_remove(Entry x) {
    if (make_.below(3) == 0)
      return entry_removed<Entry>{x.key()};
    return entry_set<Entry>{std::move(x)};
  }

  registered_agent agent() {
    registered_agent x;
    x.info.id = agent_id{text()};
    x.info.hostname = make_.text();
    x.info.address = make_.text();
    x.info.total = amount();
    for (auto left = make_.below(3); left > 0; --left)
      x.info.attributes[make_.name()] = make_.name();
    x.life = make_.number();
    x.process = make_.text();
    x.mark = static_cast<agent_mark>(make_.below(4));
    return x;
  }

  registered_framework framework() {
    registered_framework x{make_.make<framework_info>(), maybe_time()};
    x.info.id = framework_id{text()};
    x.info.more_roles.assign(make_.below(3), make_.name());
    return x;
  }

  registered_window window() {
    registered_window x;
    x.name = text();
    for (auto left = make_.below(4); left > 0; --left)
      x.agents.emplace_back(text());
    std::sort(x.agents.begin(), x.agents.end());
    x.agents.erase(std::unique(x.agents.begin(), x.agents.end()), x.agents.end());
    x.starts_at = time();
    x.ends_at = time();
    x.drains_ahead = make_.make<std::chrono::milliseconds>();
    return x;
  }

  wall_time time() { return wall_time{make_.make<std::chrono::milliseconds>()}; }
  std::optional<wall_time> maybe_time() {
    return make_.flip() ? std::optional{time()} : std::nullopt;
  }
  resources amount() { return make_.make<resources>(); }

  /// A key: also empty, with zero bytes, or not UTF-8.
  std::string text() {
    static const std::string keys[] = {"", "a", "a/b", "é", std::string("a\0b", 3), "\xff", "'\"?"};
    return keys[make_.below(std::size(keys))];
  }

  generator make_;
};

/// A work directory, and what is done with the registry in it.
struct registry_fixture {
  using opened = std::variant<entente::registry, runtime::failure>;

  opened try_open(const std::string& cluster = "lab") const {
    return entente::registry::open(directory.path(), cluster);
  }

  entente::registry open() const {
    auto made = try_open();
    auto* failed = std::get_if<runtime::failure>(&made);
    BOOST_REQUIRE_MESSAGE(!failed, (failed ? failed->message : ""));
    return std::move(std::get<entente::registry>(made));
  }

  /// As the next master reads it.
  entente::registry open_again(entente::registry ended) const {
    { auto gone = std::move(ended); }
    return open();
  }

  /// Why it cannot be opened.
  std::string refusal(const std::string& cluster = "lab") const {
    auto made = try_open(cluster);
    auto* failed = std::get_if<runtime::failure>(&made);
    return failed ? failed->message : "it could be opened";
  }

  /// Writes changes that are safe afterwards.
  static void commit(entente::registry& into, const std::vector<registry_change>& changes) {
    into.append(changes);
    auto failed = into.sync();
    BOOST_REQUIRE_MESSAGE(!failed, (failed ? failed->message : ""));
  }

  static registry_change weight(const std::string& role, double value) {
    return entry_set<registered_weight>{{role, value}};
  }

  static bool mentions(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
  }

  std::filesystem::path file() const { return registry_file::of(directory.path()); }

  scratch_directory directory;
};

}  // namespace entente::test
