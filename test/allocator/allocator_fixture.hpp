#pragma once

#include <boost/test/unit_test.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "actors/allocator/fair_allocator.hpp"

/// Short ways to say who has what, and what is planned.
namespace entente::test {

using namespace std::chrono_literals;

inline const time_point t0{};

inline resources parse(std::string_view text) {
  return std::get<resources>(resources::parse(text));
}

inline const framework_id f1{"f1"};
inline const framework_id f2{"f2"};
inline const framework_id f3{"f3"};
inline const agent_id a1{"a1"};
inline const agent_id a2{"a2"};
inline const agent_id a3{"a3"};

inline role_options with_weight(double weight) {
  role_options x;
  x.weight = weight;
  return x;
}

inline role_options with_quota(std::string_view guarantee, std::string_view limit = "") {
  role_options x;
  x.guarantee = parse(guarantee);
  x.limit = parse(limit);
  return x;
}

/// An allocator, and what it has planned last.
struct allocator_fixture {
  explicit allocator_fixture(allocator_options options = {}) : book(std::move(options)) {}

  void add_agent(const agent_id& id, std::string_view total, attribute_map attributes = {}) {
    agent_info info;
    info.id = id;
    info.total = parse(total);
    info.attributes = std::move(attributes);
    book.add_agent(info);
  }

  /// An agent of which something is reserved by configuration.
  void add_agent_for(const std::string& role, std::string_view reserved, const agent_id& id,
                     std::string_view total) {
    agent_info info;
    info.id = id;
    info.total = parse(total);
    info.reservations[role] = parse(reserved);
    book.add_agent(info);
  }

  void revive(const framework_id& framework, const std::string& role = "*") {
    book.revive(framework, {role});
  }

  /// The next plans: `f1:a1 f2:a2`.
  std::string turns(time_point now = t0) {
    last = book.allocate(now);
    book.check();
    std::string result;
    for (const auto& x : last)
      result += (result.empty() ? "" : " ") + x.to.framework.str() + ":" + x.agent.str();
    return result;
  }

  /// The next plans, with what they are of: `f1:cpus:4 f2:mem:10`.
  std::string offers(time_point now = t0) {
    turns(now);
    std::string result;
    for (const auto& x : last)
      result += (result.empty() ? "" : " ") + x.to.framework.str() + ":" + x.available.to_string();
    return result;
  }

  /// All that was planned last comes back.
  void give_back_all(std::optional<time_point> filtered_until = {}) {
    for (const auto& x : last)
      book.give_back(x.to, x.agent, x.available, filtered_until);
    book.check();
  }

  /// What the role is charged.
  resources charged(const std::string& role) {
    auto* node = book.tree().find_role(role);
    return node ? book.scalars().as_resources(node->charged) : resources{};
  }

  fair_allocator book;
  std::vector<offer_plan> last;
};

}  // namespace entente::test
