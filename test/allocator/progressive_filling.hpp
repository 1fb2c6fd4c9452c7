#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "allocator_fixture.hpp"

/// One large agent whose users launch equal tasks until no more fit.
namespace entente::test {

struct user {
  std::string role;
  resources demand;  ///< of each task
};

/// Each user is a framework. It launches one task in every offer that has room for one, gives the
/// rest back, and declines the others until the end of the test.
/// @returns how many tasks each has.
inline std::vector<std::int64_t> fill(const resources& cluster, const std::vector<user>& users,
                                      const std::map<std::string, role_options>& roles = {}) {
  allocator_options options;
  options.roles = roles;
  fair_allocator book{std::move(options)};
  agent_info info;
  info.id = a1;
  info.total = cluster;
  book.add_agent(info);
  std::map<account, std::size_t> numbers;
  for (std::size_t i = 0; i < users.size(); ++i) {
    account who{framework_id{"f" + std::to_string(i)}, users[i].role};
    book.revive(who.framework, {who.role});
    numbers.emplace(std::move(who), i);
  }
  std::vector<std::int64_t> tasks(users.size());
  for (auto plans = book.allocate(t0); !plans.empty(); plans = book.allocate(t0))
    for (auto& x : plans) {
      auto number = numbers.at(x.to);
      if (x.available.contains(users[number].demand)) {
        ++tasks[number];
        book.give_back(x.to, a1, x.available - users[number].demand);
      } else {
        book.give_back(x.to, a1, x.available, t0 + 1h);
      }
    }
  return tasks;
}

}  // namespace entente::test
