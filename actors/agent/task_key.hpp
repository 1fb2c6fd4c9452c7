#pragma once

#include <compare>
#include <string>

#include "messages/ids.hpp"

namespace entente {

/// Names a task on an agent: task ids are unique within a framework only.
struct task_key {
  framework_id framework;
  task_id task;

  friend auto operator<=>(const task_key&, const task_key&) = default;
};

/// As a key of the process table; no framework id has a line break.
inline std::string to_string(const task_key& x) {
  return x.framework.str() + '\n' + x.task.str();
}

/// The reverse of to_string.
inline task_key task_key_of(const std::string& text) {
  auto end = text.find('\n');
  return {framework_id{text.substr(0, end)}, task_id{text.substr(end + 1)}};
}

}  // namespace entente
