#include "actors/runtime/descriptor_watch.hpp"

#include <array>
#include <cerrno>
#include <cstdint>
#include <system_error>

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace entente::runtime {

namespace {

unique_fd checked(int fd, const char* what) {
  if (fd < 0)
    throw std::system_error{errno, std::generic_category(), what};
  return unique_fd{fd};
}

}  // namespace

descriptor_watch::descriptor_watch()
    : epoll_(checked(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1")),
      wakeup_(checked(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), "eventfd")) {
  if (auto code = add(wakeup_, nullptr); code != 0)
    throw std::system_error{code, std::generic_category(), "epoll_ctl"};
}

int descriptor_watch::add(const unique_fd& what, void* owner) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.ptr = owner;
  return ::epoll_ctl(epoll_.value(), EPOLL_CTL_ADD, what.value(), &event) == 0 ? 0 : errno;
}

void descriptor_watch::remove(const unique_fd& what) {
  if (what)
    ::epoll_ctl(epoll_.value(), EPOLL_CTL_DEL, what.value(), nullptr);
}

void descriptor_watch::wake() {
  std::uint64_t one = 1;
  [[maybe_unused]] auto count = ::write(wakeup_.value(), &one, sizeof(one));
}

std::set<void*> descriptor_watch::wait(int time_out_ms) {
  std::array<epoll_event, 64> events;
  auto count = ::epoll_wait(epoll_.value(), events.data(), events.size(), time_out_ms);
  std::set<void*> result;
  for (auto i = 0; i < count; ++i)
    result.insert(events[static_cast<std::size_t>(i)].data.ptr);
  if (result.erase(nullptr) > 0) {
    std::uint64_t ignored = 0;
    [[maybe_unused]] auto size = ::read(wakeup_.value(), &ignored, sizeof(ignored));
  }
  return result;
}

}  // namespace entente::runtime
