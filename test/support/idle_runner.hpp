#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <variant>

#include "actors/agent/task_runner.hpp"

namespace entente::test {

/// Runs nothing: for agents of which something else is looked at.
class idle_runner : public task_runner {
public:
  std::optional<std::string> start(const task_key&, const task_info&) override { return "no"; }
  found_task find(const task_key&, const task_info&) override { return task_never_ran{}; }
  std::optional<task_usage> usage(const task_key&) const override { return std::nullopt; }
  void keep_only(const std::set<task_key>&) override {}
  void forget(const task_key&) override {}
  void signal(const task_key&, int) override {}
  std::variant<output_chunk, std::string> read(const read_output&) override { return "no"; }
  std::uint32_t load() override { return 0; }
};

}  // namespace entente::test
