#include "actors/agent/executor_files.hpp"

#include <cerrno>
#include <fcntl.h>
#include <fstream>
#include <iomanip>
#include <iterator>
#include <sstream>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include "actors/runtime/sandbox.hpp"
#include "actors/runtime/unique_fd.hpp"
#include "messages/codec.hpp"

namespace entente {

namespace {

bool write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    auto n = ::write(fd, text.data(), text.size());
    if (n < 0 && errno != EINTR)
      return false;
    text.remove_prefix(n > 0 ? static_cast<std::size_t>(n) : 0);
  }
  return true;
}

/// Replaces a file by one that only this user can read.
std::optional<runtime::failure> replace(const std::filesystem::path& file, std::string_view text) {
  auto what = "cannot write " + runtime::in_quotes(file);
  std::error_code error;
  std::filesystem::create_directories(file.parent_path(), error);
  if (error)
    return runtime::make_failure(error.value(), what);
  auto made = file;
  made += ".new";
  ::unlink(made.c_str());
  runtime::unique_fd fd{
    ::open(made.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600)};
  if (!fd || !write_all(fd.value(), text) || ::rename(made.c_str(), file.c_str()) != 0)
    return runtime::make_failure(errno, what);
  return std::nullopt;
}

/// One line, but for ids that have line breaks.
std::string text_of(const executor_files::kept_task& x) {
  std::ostringstream out;
  out << std::quoted(x.task.framework.str()) << ' ' << std::quoted(x.executor.executor.str()) << ' '
      << std::quoted(x.task.task.str()) << '\n';
  return out.str();
}

std::optional<executor_files::kept> read(const std::filesystem::path& file) {
  std::ifstream in{file, std::ios::binary};
  std::string text{std::istreambuf_iterator<char>{in}, {}};
  run_task x;
  if (decode(caf::as_bytes(caf::make_span(text)), x) || !x.task.executor)
    return std::nullopt;
  return executor_files::kept{{std::move(x.framework), x.task.executor->id},
                              *x.task.executor,
                              std::move(x.task.data),
                              std::move(x.task.limits)};
}

}  // namespace

std::filesystem::path executor_files::file_of(const executor_key& key) const {
  // As one name, for all are in one directory: no framework id has a line break.
  return all_executors() / runtime::safe_file_name(key.framework.str() + '\n' + key.executor.str());
}

std::optional<runtime::failure> executor_files::keep(const kept& x) const {
  run_task record{x.key.framework, {}};
  record.task.executor = x.info;
  record.task.data = x.token;
  record.task.limits = x.limits;
  auto bytes = encode(record);
  return replace(file_of(x.key), {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

void executor_files::remove(const executor_key& key) const {
  std::error_code ignored;
  std::filesystem::remove(file_of(key), ignored);
}

std::vector<executor_files::kept> executor_files::all() const {
  std::vector<kept> result;
  std::error_code none;
  for (const auto& entry : std::filesystem::directory_iterator{all_executors(), none})
    if (auto x = read(entry.path()); x && file_of(x->key) == entry.path())
      result.push_back(std::move(*x));
  return result;
}

std::optional<runtime::failure> executor_files::add_task(const kept_task& x) const {
  auto file = all_tasks();
  runtime::unique_fd fd{
    ::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0600)};
  if (!fd || !write_all(fd.value(), text_of(x)))
    return runtime::make_failure(errno, "cannot write " + runtime::in_quotes(file));
  return std::nullopt;
}

std::optional<runtime::failure>
executor_files::replace_tasks(const std::vector<kept_task>& all) const {
  std::string text;
  for (const auto& x : all)
    text += text_of(x);
  return replace(all_tasks(), text);
}

std::vector<executor_files::kept_task> executor_files::tasks() const {
  std::vector<kept_task> result;
  std::ifstream in{all_tasks(), std::ios::binary};
  std::string framework;
  std::string executor;
  std::string task;
  while (in >> std::quoted(framework) >> std::quoted(executor) >> std::quoted(task))
    result.push_back(
      {{framework_id{framework}, task_id{task}}, {framework_id{framework}, executor_id{executor}}});
  return result;
}

std::optional<runtime::failure> executor_files::write_address(std::uint16_t port) const {
  return replace(address(), "127.0.0.1:" + std::to_string(port) + '\n');
}

}  // namespace entente
