#include "actors/runtime/process_table.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <condition_variable>
#include <csignal>
#include <cstdint>
#include <mutex>
#include <random>
#include <system_error>
#include <thread>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "actors/runtime/pidfd.hpp"
#include "actors/runtime/tag_sweep.hpp"
#include "actors/runtime/unique_fd.hpp"

namespace entente::runtime {

namespace {

using clock = std::chrono::steady_clock;

/// The least time between the ends of two sweeps, and how often longer than the last sweep it is.
constexpr auto sweep_interval = std::chrono::milliseconds{250};
constexpr auto sweep_factor = 20;

/// What the clock can count from now without overflow, whatever stop() is asked for.
constexpr auto longest_grace = std::chrono::hours{24 * 365};

struct entry {
  /// 0 while the process is being started.
  pid_t pid = 0;
  unique_fd pidfd;
  std::string tag;
};

using entries = std::unordered_map<process_key, entry>;

/// A prefix that no other table on this machine has. Not from an injected generator: nothing is
/// decided by it, and processes are never simulated.
std::string fresh_tag_prefix() {
  std::random_device random;
  return std::to_string(::getpid()) + '-' + std::to_string(random()) + std::to_string(random()) +
         '-';
}

unique_fd checked(int fd, const char* what) {
  if (fd < 0)
    throw std::system_error{errno, std::generic_category(), what};
  return unique_fd{fd};
}

exit_status to_status(const siginfo_t& info) {
  return {info.si_code != CLD_EXITED, info.si_status, info.si_code == CLD_DUMPED};
}

/// Waits for a process that is about to end, and frees its number.
exit_status reap(pid_t pid) {
  siginfo_t info{};
  while (::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED) != 0)
    if (errno != EINTR)
      return {false, -1, false};
  return to_status(info);
}

/// Whether the process has ended, or is nobody's to wait for any more. Does not reap it.
bool has_ended(pid_t pid) {
  siginfo_t info{};
  auto result = ::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOWAIT | WNOHANG);
  return result != 0 ? errno != EINTR : info.si_pid == pid;
}

/// Blocks all signals in the calling thread while it lives: a thread started meanwhile inherits
/// this.
class signal_shield {
public:
  signal_shield() {
    sigset_t all;
    sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before_);
  }

  signal_shield(const signal_shield&) = delete;
  signal_shield& operator=(const signal_shield&) = delete;

  ~signal_shield() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

private:
  sigset_t before_;
};

}  // namespace

class process_table::impl {
public:
  explicit impl(exit_callback on_exit);
  ~impl();

  std::variant<pid_t, spawn_error> start(const process_key& key, process_spec spec);
  bool signal(const process_key& key, int signo);
  std::size_t size() const;
  void stop(std::chrono::milliseconds grace);

private:
  using lock = std::unique_lock<std::mutex>;

  // -- starting -----------------------------------------------------------------------------------
  std::variant<entries::pointer, spawn_error> reserve(const process_key& key);
  bool watch(entries::value_type& node, pid_t pid);
  void abandon(const entries::value_type& node);

  // -- the table's thread -------------------------------------------------------------------------
  void run();
  void on_event(void* node);
  void finish(entries::value_type& node);
  int time_out();
  bool sweep_is_due(clock::time_point now) const;
  void sweep();

  void wake();
  void signal_all(int signo);
  bool is_idle() const;

  const exit_callback on_exit_;
  const std::string tag_prefix_;
  const unique_fd epoll_;
  const unique_fd wakeup_;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  entries running_;
  std::uint64_t tags_given_ = 0;
  /// What stop() sends to all, also to those whose start it overtook; 0 before it.
  int stop_signal_ = 0;
  bool quit_ = false;
  /// Whether the thread is about to report an end, or sweeps.
  bool busy_ = false;
  /// The tags of tasks that ended since the last sweep.
  std::unordered_set<std::string> ended_;
  clock::time_point next_sweep_;

  std::thread thread_;
};

process_table::impl::impl(exit_callback on_exit)
    : on_exit_(std::move(on_exit)),
      tag_prefix_(fresh_tag_prefix()),
      epoll_(checked(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1")),
      wakeup_(checked(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), "eventfd")) {
  epoll_event event{};
  event.events = EPOLLIN;
  if (::epoll_ctl(epoll_.value(), EPOLL_CTL_ADD, wakeup_.value(), &event) != 0)
    throw std::system_error{errno, std::generic_category(), "epoll_ctl"};
  signal_shield shield;
  thread_ = std::thread{[this] { run(); }};
}

process_table::impl::~impl() {
  stop(std::chrono::milliseconds{0});
  {
    lock guard{mutex_};
    quit_ = true;
  }
  wake();
  thread_.join();
}

// -- starting -------------------------------------------------------------------------------------

std::variant<pid_t, spawn_error> process_table::impl::start(const process_key& key,
                                                            process_spec spec) {
  auto reserved = reserve(key);
  if (auto* error = std::get_if<spawn_error>(&reserved))
    return *error;
  auto& node = *std::get<entries::pointer>(reserved);
  spec.env[process_tag_variable] = node.second.tag;
  // Not under the lock: others may start, signal and end meanwhile.
  auto result = spawn(spec);
  auto* pid = std::get_if<pid_t>(&result);
  if (pid != nullptr && !watch(node, *pid)) {
    auto code = errno;
    ::kill(-*pid, SIGKILL);
    reap(*pid);
    result = make_failure(code, "cannot watch " + in_quotes(spec.argv.front()));
  }
  if (std::holds_alternative<spawn_error>(result))
    abandon(node);
  return result;
}

std::variant<entries::pointer, spawn_error> process_table::impl::reserve(const process_key& key) {
  lock guard{mutex_};
  auto what = "cannot start " + in_quotes(key);
  if (stop_signal_ != 0)
    return failure{ECANCELED, what + ": processes are being stopped"};
  auto [node, is_new] = running_.try_emplace(key);
  if (!is_new)
    return failure{EEXIST, what + ": it is already running"};
  node->second.tag = tag_prefix_ + std::to_string(++tags_given_);
  return &*node;
}

/// Hands the process over to the table's thread; on failure, errno says why.
bool process_table::impl::watch(entries::value_type& node, pid_t pid) {
  lock guard{mutex_};
  auto& [key, process] = node;
  process.pidfd = open_pidfd(pid);
  if (!process.pidfd)
    return false;
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.ptr = &node;
  if (::epoll_ctl(epoll_.value(), EPOLL_CTL_ADD, process.pidfd.value(), &event) != 0)
    return false;
  process.pid = pid;
  if (stop_signal_ != 0)
    ::kill(-pid, stop_signal_);
  return true;
}

void process_table::impl::abandon(const entries::value_type& node) {
  lock guard{mutex_};
  // A copy, as the key is part of what is erased.
  running_.erase(process_key{node.first});
  changed_.notify_all();
  // It may be what the last sweep waited for.
  wake();
}

// -- the table's thread ---------------------------------------------------------------------------

void process_table::impl::run() {
  std::array<epoll_event, 64> events;
  for (;;) {
    auto count = ::epoll_wait(epoll_.value(), events.data(), events.size(), time_out());
    for (auto i = 0; i < count; ++i)
      on_event(events[static_cast<std::size_t>(i)].data.ptr);
    sweep();
    lock guard{mutex_};
    if (quit_)
      return;
  }
}

void process_table::impl::on_event(void* node) {
  if (node != nullptr)
    return finish(*static_cast<entries::value_type*>(node));
  std::uint64_t ignored = 0;
  [[maybe_unused]] auto count = ::read(wakeup_.value(), &ignored, sizeof(ignored));
}

void process_table::impl::finish(entries::value_type& node) {
  lock guard{mutex_};
  auto pid = node.second.pid;
  if (!has_ended(pid))
    return;
  // Still a zombie, so the number of the group cannot be another's.
  ::kill(-pid, SIGKILL);
  // Closing would not do: a child between fork and exec shares the descriptor, and keeps its
  // events.
  ::epoll_ctl(epoll_.value(), EPOLL_CTL_DEL, node.second.pidfd.value(), nullptr);
  auto ended = running_.extract(node.first);
  busy_ = true;
  guard.unlock();
  on_exit_(ended.key(), reap(pid));
  guard.lock();
  ended_.insert(std::move(ended.mapped().tag));
  busy_ = false;
  changed_.notify_all();
}

int process_table::impl::time_out() {
  lock guard{mutex_};
  auto now = clock::now();
  if (ended_.empty())
    return -1;
  if (sweep_is_due(now))
    return 0;
  auto left = std::chrono::ceil<std::chrono::milliseconds>(next_sweep_ - now);
  return static_cast<int>(left.count());
}

bool process_table::impl::sweep_is_due(clock::time_point now) const {
  auto is_last = stop_signal_ != 0 && running_.empty();
  return !ended_.empty() && (is_last || now >= next_sweep_);
}

void process_table::impl::sweep() {
  auto begin = clock::now();
  lock guard{mutex_};
  if (!sweep_is_due(begin))
    return;
  auto tags = std::exchange(ended_, {});
  busy_ = true;
  guard.unlock();
  kill_tagged(tags);
  guard.lock();
  auto end = clock::now();
  next_sweep_ = end + std::max<clock::duration>(sweep_interval, sweep_factor * (end - begin));
  busy_ = false;
  changed_.notify_all();
}

// -- signalling and stopping ----------------------------------------------------------------------

bool process_table::impl::signal(const process_key& key, int signo) {
  lock guard{mutex_};
  auto i = running_.find(key);
  return i != running_.end() && i->second.pid != 0 && ::kill(-i->second.pid, signo) == 0;
}

std::size_t process_table::impl::size() const {
  lock guard{mutex_};
  return running_.size();
}

void process_table::impl::stop(std::chrono::milliseconds grace) {
  lock guard{mutex_};
  auto idle = [this] { return is_idle(); };
  if (stop_signal_ == 0 && grace.count() > 0)
    signal_all(SIGTERM);
  if (stop_signal_ == SIGTERM) {
    wake();
    changed_.wait_for(guard, std::min<std::chrono::milliseconds>(grace, longest_grace), idle);
  }
  signal_all(SIGKILL);
  wake();
  changed_.wait(guard, idle);
}

void process_table::impl::signal_all(int signo) {
  stop_signal_ = signo;
  for (const auto& [key, process] : running_)
    if (process.pid != 0)
      ::kill(-process.pid, signo);
}

bool process_table::impl::is_idle() const {
  return running_.empty() && ended_.empty() && !busy_;
}

void process_table::impl::wake() {
  std::uint64_t one = 1;
  [[maybe_unused]] auto count = ::write(wakeup_.value(), &one, sizeof(one));
}

// -- process_table --------------------------------------------------------------------------------

process_table::process_table(exit_callback on_exit)
    : impl_(std::make_unique<impl>(std::move(on_exit))) {}

process_table::~process_table() = default;

std::variant<pid_t, spawn_error> process_table::start(const process_key& key,
                                                      const process_spec& spec) {
  return impl_->start(key, spec);
}

bool process_table::signal(const process_key& key, int signo) {
  return impl_->signal(key, signo);
}

std::size_t process_table::size() const {
  return impl_->size();
}

void process_table::stop(std::chrono::milliseconds grace) {
  impl_->stop(grace);
}

}  // namespace entente::runtime
