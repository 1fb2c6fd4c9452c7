#include "seed_jobs.hpp"

#include <cstdio>
#include <cstdlib>
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
  std::FILE* lines = nullptr;
  std::uint64_t seed = 0;  ///< that it is at
  bool done = false;
};

[[noreturn]] void run_job(int pipe, std::uint64_t from, std::uint64_t end, unsigned step) {
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
  return {process, ::fdopen(ends[0], "r"), from, false};
}

/// Reads a line. @returns false at the end.
bool read_from(job& x, seeds_result& result) {
  char* line = nullptr;
  std::size_t capacity = 0;
  auto length = ::getline(&line, &capacity, x.lines);
  std::string text{line ? line : "", length > 0 ? static_cast<std::size_t>(length) - 1 : 0};
  std::free(line);
  if (length <= 0) {
    if (!x.done)
      result.failed.push_back({x.seed, "its process has crashed"});
    return false;
  }
  switch (text.front()) {
  case 'S':
    x.seed = std::stoull(text.substr(2));
    ++result.tried;
    break;
  case 'F':
    result.failed.push_back({x.seed, text.substr(2)});
    break;
  case 'C': {
    std::size_t digits = 0;
    auto count = std::stoull(text.substr(2), &digits);
    result.counts[text.substr(3 + digits)] += count;
    break;
  }
  default:
    x.done = true;
  }
  return true;
}

void end_job(job& x) {
  if (!x.process)
    return;
  ::kill(x.process, SIGKILL);  // If it is not at its end.
  ::waitpid(x.process, nullptr, 0);
  std::fclose(x.lines);
  x.process = 0;
}

}  // namespace

seeds_result run_seeds(std::uint64_t from, std::uint64_t count, unsigned jobs, bool go_on,
                       const std::function<void(std::uint64_t)>& tell) {
  seeds_result result;
  std::vector<job> all;
  for (unsigned i = 0; i < jobs && i < count; ++i)
    all.push_back(start_job(from + i, from + count, jobs));
  auto left = all.size();
  std::uint64_t told = 0;
  while (left > 0 && (go_on || result.failed.empty())) {
    std::vector<pollfd> waits;
    for (const auto& x : all)
      waits.push_back({x.process ? ::fileno(x.lines) : -1, POLLIN, 0});
    ::poll(waits.data(), waits.size(), -1);
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (!all[i].process || waits[i].revents == 0)
        continue;
      // A seed's lines come together; what stdio has read ahead must not wait for more.
      do {
        if (!read_from(all[i], result)) {
          end_job(all[i]);
          --left;
          break;
        }
      } while (all[i].lines->_IO_read_ptr < all[i].lines->_IO_read_end);
    }
    if (result.tried >= told + 100)
      tell(told = result.tried);
  }
  for (auto& x : all)
    end_job(x);
  return result;
}

}  // namespace entente::simulation
