#include "actors/agent/task_groups.hpp"

#include <cerrno>
#include <chrono>

#include "actors/runtime/sandbox.hpp"
#include "actors/runtime/size_unit.hpp"

namespace entente {

namespace {

constexpr std::uint64_t megabyte = 1024 * 1024;

/// How long to wait for the end of what was killed; mostly that takes a millisecond, and whoever
/// waits does nothing else.
constexpr auto patience = std::chrono::milliseconds{500};

std::string name_of(const task_key& key) {
  return runtime::safe_file_name(to_string(key));
}

runtime::task_limits limits_of(const resources& limits, std::uint64_t pids) {
  auto mem = static_cast<std::uint64_t>(limits.milli("mem"));
  return {limits.milli("cpus"), mem * megabyte / 1000, pids};
}

}  // namespace

task_groups::~task_groups() {
  if (!tree_)
    return;
  remove_stubborn();
  tree_->remove();
}

std::variant<std::vector<std::filesystem::path>, runtime::failure>
task_groups::make(const task_key& key, const task_info& task) {
  if (!tree_)
    return std::vector<std::filesystem::path>{};
  auto name = name_of(key);
  auto limits = limits_of(task.limits, task_pids_);
  auto made = tree_->create(name, limits);
  if (auto* why = std::get_if<runtime::failure>(&made); why && why->code == EEXIST) {
    remove(name);
    made = tree_->create(name, limits);
  }
  if (auto* why = std::get_if<runtime::failure>(&made))
    return *why;
  return std::get<runtime::task_cgroup>(made).entry_files();
}

std::optional<runtime::task_cgroup> task_groups::find(const task_key& key) const {
  return tree_ ? tree_->find(name_of(key)) : std::nullopt;
}

std::vector<std::filesystem::path> task_groups::probe_entry_files(const task_key& key) const {
  auto group = find(key);
  return group ? group->probe_entry_files() : std::vector<std::filesystem::path>{};
}

void task_groups::limit(const task_key& key, const resources& limits) {
  if (auto group = find(key))
    group->update(limits_of(limits, task_pids_));
}

std::optional<std::string> task_groups::memory_exceeded(const task_key& key) const {
  auto group = find(key);
  if (!group || group->oom_kills() == 0)
    return std::nullopt;
  std::string message = "it had all the memory that it may have";
  // None at all where what it may have is less than a page.
  if (auto peak = group->usage().mem_peak_bytes.value_or(0); peak > 0) {
    auto unit = runtime::unit_for(peak);
    message += ", " + std::to_string(peak / unit.bytes) + ' ' + std::string{unit.name};
  }
  return message;
}

void task_groups::remove(const task_key& key) {
  if (!tree_)
    return;
  remove_stubborn();
  remove(name_of(key));
}

void task_groups::keep_only(const std::set<task_key>& tasks) {
  if (!tree_)
    return;
  std::set<std::string> kept;
  for (const auto& key : tasks)
    kept.insert(name_of(key));
  for (const auto& name : tree_->list())
    if (!kept.contains(name))
      remove(name);
}

void task_groups::remove(const std::string& name) {
  if (stubborn_.contains(name))
    return;
  auto group = tree_->find(name);
  // Mostly nothing is left in it, and to look is dear.
  if (group && group->remove() && (group->kill(patience) || group->remove()))
    stubborn_.insert(name);
}

/// Without waiting: what is in them has been killed, and ends when it can.
void task_groups::remove_stubborn() {
  std::erase_if(stubborn_, [this](const std::string& name) {
    auto group = tree_->find(name);
    return !group || !group->remove();
  });
}

}  // namespace entente
