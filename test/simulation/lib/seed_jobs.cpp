#include "seed_jobs.hpp"

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <iostream>
#include <poll.h>
#include <stdexcept>
#include <sys/wait.h>
#include <unistd.h>

namespace entente::simulation {

namespace {

/// A process that runs every so-many-th seed and writes lines: `S seed` begins one, `F what` fails
/// it, `C count name` is one of its figures, and `E` is the end of all.
struct job {
  pid_t process = 0;
  int pipe = -1;
  std::uint64_t seed = 0;  ///< that it is at
  bool done = false;
  std::string unread;  ///< the begin of a line whose end has not come
};

/// Boost.Test would take a crash for the failure of its test, and go on in a process that is
/// broken.
void crash_at_once() {
  for (auto x : {SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV})
    ::signal(x, SIG_DFL);
}

[[noreturn]] void run_job(int pipe, std::uint64_t from, std::uint64_t end, unsigned step) {
  crash_at_once();
  auto* out = ::fdopen(pipe, "w");
  for (auto seed = from; seed < end; seed += step) {
    std::fprintf(out, "S %llu\n", static_cast<unsigned long long>(seed));
    std::fflush(out);
    auto result = cluster_world{make_plan(seed), nullptr}.run();
    for (const auto& [name, count] : result.counts)
      std::fprintf(out, "C %llu %s\n", static_cast<unsigned long long>(count), name.c_str());
    if (result.violation)
      std::fprintf(out, "F %s\n", result.violation->c_str());
  }
  std::fputs("E\n", out);
  std::fflush(out);
  std::cout.flush();
  ::_exit(0);
}

job start_job(std::uint64_t from, std::uint64_t end, unsigned step) {
  int ends[2];
  if (::pipe(ends) != 0)
    throw std::runtime_error("no pipe");
  std::cout.flush();
  std::fflush(nullptr);
  auto process = ::fork();
  if (process < 0)
    throw std::runtime_error("no process");
  if (process == 0) {
    ::close(ends[0]);
    run_job(ends[1], from, end, step);
  }
  ::close(ends[1]);
  return {process, ends[0], from, false, {}};
}

void take_line(job& x, const std::string& line, seeds_result& result) {
  if (line == "E") {
    x.done = true;
  } else if (line.starts_with("S ")) {
    x.seed = std::stoull(line.substr(2));
    ++result.tried;
  } else if (line.starts_with("F ")) {
    result.failed.push_back({x.seed, line.substr(2)});
  } else if (line.starts_with("C ")) {
    std::size_t digits = 0;
    auto count = std::stoull(line.substr(2), &digits);
    result.counts[line.substr(3 + digits)] += count;
  }
}

/// Takes the lines that have come. @returns false at the end of all.
bool read_from(job& x, seeds_result& result) {
  char block[4096];
  auto length = ::read(x.pipe, block, sizeof block);
  if (length < 0 && errno == EINTR)
    return true;
  if (length <= 0) {
    if (!x.done)
      result.failed.push_back({x.seed, "its process has crashed"});
    return false;
  }
  x.unread.append(block, static_cast<std::size_t>(length));
  std::size_t begin = 0;
  for (auto end = x.unread.find('\n'); end != std::string::npos; end = x.unread.find('\n', begin)) {
    take_line(x, x.unread.substr(begin, end - begin), result);
    begin = end + 1;
  }
  x.unread.erase(0, begin);
  return true;
}

void end_job(job& x) {
  if (!x.process)
    return;
  ::kill(x.process, SIGKILL);  // If it is not at its end.
  ::waitpid(x.process, nullptr, 0);
  ::close(x.pipe);
  x.process = 0;
}

}  // namespace

seeds_result run_seeds(std::uint64_t from, std::uint64_t count, unsigned jobs, bool go_on,
                       const std::function<void(const seeds_result&)>& tell) {
  seeds_result result;
  std::vector<job> all;
  for (unsigned i = 0; i < jobs && i < count; ++i)
    all.push_back(start_job(from + i, from + count, jobs));
  auto left = all.size();
  std::uint64_t told = 0;
  std::size_t failures_told = 0;
  while (left > 0 && (go_on || result.failed.empty())) {
    std::vector<pollfd> waits;
    for (const auto& x : all)
      waits.push_back({x.process ? x.pipe : -1, POLLIN, 0});
    ::poll(waits.data(), waits.size(), -1);
    for (std::size_t i = 0; i < all.size(); ++i)
      if (all[i].process && waits[i].revents != 0 && !read_from(all[i], result)) {
        end_job(all[i]);
        --left;
      }
    if (result.tried >= told + 100 || result.failed.size() > failures_told) {
      told = result.tried;
      failures_told = result.failed.size();
      tell(result);
    }
  }
  for (auto& x : all)
    end_job(x);
  return result;
}

}  // namespace entente::simulation
