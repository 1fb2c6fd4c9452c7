#include "actors/agent/sandbox_keeper.hpp"

#include <algorithm>
#include <ctime>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "actors/runtime/file_tree.hpp"
#include "actors/runtime/sandbox.hpp"
#include "config/units.hpp"

namespace entente {

namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

/// Of how many removed sandboxes is known when that was: as many as tasks are remembered.
constexpr std::size_t removed_kept = 2'000;

/// How often is looked. Never less often than a tenth of the age.
std::chrono::milliseconds pause_of(const sandbox_rules& rules) {
  return std::clamp<std::chrono::milliseconds>(rules.age / 10, 100ms, 1min);
}

std::uint64_t bytes_to_free(const fs::path& directory, double share) {
  struct statvfs disk {};
  if (::statvfs(directory.c_str(), &disk) != 0)
    return 0;
  return bytes_beyond(share, disk.f_blocks * disk.f_frsize, disk.f_bavail * disk.f_frsize);
}

/// What cannot be read has none.
std::vector<fs::path> entries_of(const fs::path& directory) {
  std::vector<fs::path> result;
  std::error_code error;
  for (fs::directory_iterator i{directory, error}; i != fs::directory_iterator{};
       i.increment(error))
    result.push_back(i->path());
  return result;
}

/// `2026-11-24 07:15:00 UTC`.
std::string text_of(std::chrono::system_clock::time_point when) {
  auto seconds = std::chrono::system_clock::to_time_t(when);
  std::tm parts{};
  char text[64] = "";
  if (::gmtime_r(&seconds, &parts))
    std::strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S UTC", &parts);
  return text;
}

}  // namespace

sandbox_keeper::sandbox_keeper(fs::path work_dir, sandbox_rules rules)
    : work_dir_(std::move(work_dir)), rules_(rules) {}

fs::path sandbox_keeper::path_of(const task_key& key) const {
  return runtime::sandbox_path(work_dir_, key.framework.str(), key.task.str());
}

std::optional<runtime::failure> sandbox_keeper::create(const task_key& key) {
  std::lock_guard guard{mutex_};
  auto path = path_of(key);
  held_.insert(path);
  return runtime::create_sandbox(path);
}

void sandbox_keeper::hold(const task_key& key) {
  std::lock_guard guard{mutex_};
  held_.insert(path_of(key));
}

void sandbox_keeper::ended(const task_key& key) {
  ::utimensat(AT_FDCWD, path_of(key).c_str(), nullptr, AT_SYMLINK_NOFOLLOW);
}

void sandbox_keeper::release(const task_key& key) {
  std::lock_guard guard{mutex_};
  held_.erase(path_of(key));
}

void sandbox_keeper::begin() {
  std::lock_guard guard{mutex_};
  if (!work_)
    work_.emplace(pause_of(rules_), [this] { collect(); });
}

std::optional<std::string> sandbox_keeper::why_gone(const task_key& key) const {
  std::lock_guard guard{mutex_};
  auto path = path_of(key);
  if (::access(path.c_str(), F_OK) == 0)
    return std::nullopt;
  auto i = removed_.find(path);
  auto what = i == removed_.end() ? "it has no sandbox, or none any more"
                                  : "its sandbox was removed at " + text_of(i->second);
  return what + ": they are kept for " + format_duration(rules_.age) +
         " (agent.sandbox_age), or until the disk is wanted (agent.disk_share)";
}

// -- the keeper's thread ----------------------------------------------------------------------

void sandbox_keeper::collect() {
  // What an earlier life has taken away and could not remove to its end, too.
  runtime::remove_tree(work_dir_ / "removed");
  auto plan = plan_collection(find_ended(), fs::file_time_type::clock::now(), rules_);
  for (const auto& sandbox : plan.too_old)
    remove(sandbox);
  auto wanted = bytes_to_free(work_dir_, rules_.disk_share);
  for (auto i = plan.if_room_is_wanted.begin(); i != plan.if_room_is_wanted.end() && wanted > 0;
       ++i) {
    wanted -= std::min(wanted, runtime::tree_bytes(*i));
    remove(*i);
  }
}

std::vector<ended_sandbox> sandbox_keeper::find_ended() const {
  std::vector<ended_sandbox> result;
  std::lock_guard guard{mutex_};
  for (const auto& framework : entries_of(work_dir_ / "frameworks"))
    for (const auto& task : entries_of(framework / "tasks"))
      if (std::error_code error; !held_.contains(task))
        result.push_back({task, fs::last_write_time(task, error)});
  return result;
}

void sandbox_keeper::remove(const fs::path& sandbox) {
  auto taken = take_away(sandbox);
  if (!taken)
    return;
  runtime::remove_tree(*taken);
}

std::optional<fs::path> sandbox_keeper::take_away(const fs::path& sandbox) {
  std::lock_guard guard{mutex_};
  if (held_.contains(sandbox))
    return std::nullopt;
  auto removed = work_dir_ / "removed";
  ::mkdir(removed.c_str(), 0700);
  auto to = removed / std::to_string(++moved_);
  if (::rename(sandbox.c_str(), to.c_str()) != 0)
    return std::nullopt;
  // Those above, if they are empty then.
  ::rmdir(sandbox.parent_path().c_str());
  ::rmdir(sandbox.parent_path().parent_path().c_str());
  remember(sandbox);
  return to;
}

void sandbox_keeper::remember(const fs::path& sandbox) {
  removed_[sandbox] = std::chrono::system_clock::now();
  removed_order_.push_back(sandbox);
  if (removed_order_.size() <= removed_kept)
    return;
  removed_.erase(removed_order_.front());
  removed_order_.pop_front();
}

}  // namespace entente
