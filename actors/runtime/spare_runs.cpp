#include "actors/runtime/spare_runs.hpp"

#include <algorithm>
#include <cstdlib>
#include <string>
#include <system_error>
#include <utility>

namespace entente::runtime {

namespace fs = std::filesystem;

void spare_runs::give(const run_directory& run) {
  std::unique_lock guard{mutex_};
  load();
  if (spare_.empty())
    return;
  auto from = std::move(spare_.back());
  spare_.pop_back();
  guard.unlock();
  std::error_code error;
  fs::create_directories(run.path().parent_path(), error);
  fs::rename(from, run.path(), error);
  if (!error || !fs::exists(from, error))
    return;
  // There is one already, or the folder above it went with the last one beside it.
  guard.lock();
  spare_.push_back(std::move(from));
}

void spare_runs::take(const run_directory& run) {
  if (keep(run))
    run.remove_parent();
  else
    run.remove();
}

bool spare_runs::keep(const run_directory& run) {
  fs::path to;
  {
    std::lock_guard guard{mutex_};
    load();
    if (place_.empty() || spare_.size() >= most)
      return false;
    to = place_ / std::to_string(++last_name_);
  }
  auto lock = run.clear();
  if (!lock)
    return false;
  std::error_code error;
  fs::rename(run.path(), to, error);
  if (error == std::errc::no_such_file_or_directory) {
    fs::create_directories(place_, error);
    fs::rename(run.path(), to, error);
  }
  // Not before: else somebody may run something there that goes with it.
  run_directory::unlock(std::move(lock));
  if (error)
    return false;
  std::lock_guard guard{mutex_};
  spare_.push_back(std::move(to));
  return true;
}

/// Whoever has the mutex.
void spare_runs::load() {
  if (is_loaded_ || place_.empty())
    return;
  std::error_code error;
  fs::create_directories(place_, error);
  if (error)
    return;
  is_loaded_ = true;
  for (fs::directory_iterator i{place_, error}, end; i != end; i.increment(error)) {
    auto name = std::strtoull(i->path().filename().c_str(), nullptr, 10);
    last_name_ = std::max<std::uint64_t>(last_name_, name);
    if (spare_.size() >= most)
      continue;
    if (auto lock = run_directory{i->path()}.clear()) {
      run_directory::unlock(std::move(lock));
      spare_.push_back(i->path());
    }
  }
}

}  // namespace entente::runtime
