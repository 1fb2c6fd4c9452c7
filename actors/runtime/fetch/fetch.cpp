#include "actors/runtime/fetch/fetch.hpp"

#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "actors/runtime/fetch/beneath.hpp"
#include "actors/runtime/fetch/disk_budget.hpp"
#include "actors/runtime/fetch/download.hpp"
#include "actors/runtime/fetch/file_cache.hpp"
#include "actors/runtime/fetch/unpack.hpp"

namespace entente::runtime {

namespace {

constexpr mode_t file_mode = 0644;
constexpr mode_t program_mode = 0755;

std::optional<failure> check_sum(sink& taken, const std::string& wanted) {
  if (wanted.empty())
    return std::nullopt;
  auto sum = taken.checksum();
  if (sum == wanted)
    return std::nullopt;
  return failure{EBADMSG, "its SHA-256 is " + sum + ", and " + wanted + " was wanted"};
}

std::variant<unique_fd, failure> open_local(const std::string& path) {
  // O_NONBLOCK: opening a FIFO without a writer must not hang.
  unique_fd file{::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC)};
  struct stat info {};
  if (!file || ::fstat(file.value(), &info) != 0)
    return make_failure(errno, "cannot read it");
  if (!S_ISREG(info.st_mode))
    return failure{EINVAL, "it is not a regular file"};
  return file;
}

class fetcher {
public:
  fetcher(const fetch_job& job, const say_function& say)
      : job_(job),
        say_(say),
        sandbox_(::open(job.sandbox.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)),
        cache_(job.cache, job.limits.cache_bytes, say),
        budget_(job.sandbox, job.limits.sandbox_bytes) {}

  std::optional<fetch_failure> run() {
    if (!sandbox_)
      return fetch_failure{
        make_failure(errno, "cannot open the sandbox " + in_quotes(job_.sandbox))};
    for (const auto& item : job_.items)
      if (auto why = fetch(item))
        return fetch_failure{*why, budget_.is_over()};
    return std::nullopt;
  }

private:
  std::optional<failure> fetch(const fetch_item& item) {
    auto plan = plan_of(item);
    if (auto* wrong = std::get_if<failure>(&plan))
      return *wrong;
    const auto& wanted = std::get<fetch_plan>(plan);
    if (auto why = put(wanted))
      return failure{why->code, "cannot fetch " + in_quotes(wanted.shown) + ": " + why->message};
    return std::nullopt;
  }

  std::optional<failure> put(const fetch_plan& plan) {
    if (auto why = budget_.begin())
      return why;
    auto source = plan.is_local ? open_local(plan.from) : from_cache(plan);
    if (auto* why = std::get_if<failure>(&source))
      return *why;
    auto made = create_beneath(sandbox_, plan.name, plan.executable ? program_mode : file_mode);
    if (auto* why = std::get_if<failure>(&made))
      return *why;
    const auto& file = std::get<unique_fd>(made);
    auto allow = [this](std::uint64_t size) { return budget_.has(size); };
    sink to{file, job_.limits.file_bytes, plan.shown, say_, allow};
    if (auto why = copy(std::get<unique_fd>(source), to))
      return why;
    if (auto why = check_sum(to, plan.sha256))
      return why;
    if (auto why = budget_.begin(); why || !plan.is_archive)
      return why;
    auto why = unpack(file, sandbox_, plan.name.parent_path(), {job_.limits.file_bytes}, allow);
    return why ? why : budget_.begin();
  }

  std::variant<unique_fd, failure> from_cache(const fetch_plan& plan) {
    return cache_.get(plan.sha256, job_.limits.time, [&](const unique_fd& file) {
      say_("fetching " + plan.shown);
      sink to{file, job_.limits.file_bytes, plan.shown, say_,
              [this](std::uint64_t size) { return budget_.will_have(size); }};
      auto why = download(plan.from, job_.limits, to);
      return why ? why : check_sum(to, plan.sha256);
    });
  }

  const fetch_job& job_;
  const say_function& say_;
  unique_fd sandbox_;
  file_cache cache_;
  disk_budget budget_;
};

}  // namespace

std::optional<fetch_failure> fetch(const fetch_job& job, const say_function& say) {
  return fetcher{job, say}.run();
}

}  // namespace entente::runtime
