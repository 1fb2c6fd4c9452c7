#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "messages/calls.hpp"

namespace entente {

/// Tasks that start together or not at all; never empty.
using task_unit = std::vector<const task_info*>;
using slot_unit = std::vector<const slot_task*>;

/// Sorts the tasks of one call into those that start together or not at all: all tasks of a group,
/// or one that has none. In the order of the first of each.
/// @param info gives the task_info of one of `tasks`, which must outlive the result
template <class Task, class Info>
std::vector<std::vector<const Task*>> units_of(const std::vector<Task>& tasks, Info info) {
  std::vector<std::vector<const Task*>> result;
  std::map<std::string, std::size_t> places;
  for (const auto& task : tasks) {
    const auto& group = info(task).group;
    auto place = group.empty() ? result.size() : places.emplace(group, result.size()).first->second;
    if (place == result.size())
      result.emplace_back();
    result[place].push_back(&task);
  }
  return result;
}

}  // namespace entente
