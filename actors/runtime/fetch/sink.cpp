#include "actors/runtime/fetch/sink.hpp"

#include <cerrno>
#include <vector>

#include <unistd.h>

namespace entente::runtime {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t piece = 1024 * 1024;
constexpr auto say_pause = 10s;

std::string megabytes(std::uint64_t bytes) {
  return std::to_string(bytes >> 20);
}

}  // namespace

bool sink::take(std::string_view bytes) {
  if (bytes.size() > limit_ - size_) {
    why_ = failure{EFBIG, "it is larger than the " + megabytes(limit_) +
                            " MB that it may have (agent.artifact_size)"};
    return false;
  }
  sum_.add(bytes);
  size_ += bytes.size();
  while (!bytes.empty()) {
    auto count = ::write(file_.value(), bytes.data(), bytes.size());
    if (count < 0 && errno != EINTR) {
      why_ = make_failure(errno, "cannot write it");
      return false;
    }
    if (count > 0)
      bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  say_how_far();
  why_ = allow_ ? allow_(size_) : std::nullopt;
  return !why_;
}

void sink::say_how_far() {
  auto now = std::chrono::steady_clock::now();
  if (now < said_at_ + say_pause)
    return;
  said_at_ = now;
  say_(what_ + ": " + megabytes(size_) + (expected_ > 0 ? " of " + megabytes(expected_) : "") +
       " MB");
}

std::optional<failure> copy(const unique_fd& from, sink& to) {
  std::vector<char> buffer(piece);
  ::lseek(from.value(), 0, SEEK_SET);
  for (;;) {
    auto count = ::read(from.value(), buffer.data(), buffer.size());
    if (count == 0)
      return std::nullopt;
    if (count < 0 && errno != EINTR)
      return make_failure(errno, "cannot read it");
    if (count > 0 && !to.take({buffer.data(), static_cast<std::size_t>(count)}))
      return to.why();
  }
}

}  // namespace entente::runtime
