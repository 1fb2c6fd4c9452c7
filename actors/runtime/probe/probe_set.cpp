#include "actors/runtime/probe/probe_set.hpp"

#include <algorithm>
#include <curl/curl.h>
#include <mutex>
#include <new>
#include <utility>

#include "actors/runtime/probe/net_probe.hpp"
#include "actors/runtime/probe/probe_process.hpp"

namespace entente::runtime {

namespace {

using std::chrono::milliseconds;

/// To wait for what was killed, at the end.
constexpr auto patience = std::chrono::seconds{5};
/// If there is nothing to wait for.
constexpr milliseconds longest_wait = std::chrono::minutes{1};
constexpr std::size_t longest_name = 60;

/// What a command is called in messages.
std::string name_of(const std::vector<std::string>& argv) {
  std::string text;
  for (const auto& part : argv)
    text += (text.empty() ? "" : " ") + part;
  return in_quotes(text.size() > longest_name ? text.substr(0, longest_name) + "..." : text);
}

CURLM* make_multi() {
  static std::once_flag once;
  std::call_once(once, [] { ::curl_global_init(CURL_GLOBAL_NOTHING); });
  auto* result = ::curl_multi_init();
  if (result == nullptr)
    throw std::bad_alloc{};
  return result;
}

}  // namespace

class probe_set::impl {
public:
  impl() : multi_(make_multi()) {}
  ~impl();

  void start(probe_id id, const command_probe& what, const health_check& check,
             const probe_place& place);
  template <class Net>
  void start(probe_id id, const Net& what, const health_check& check, const probe_place&);
  void cancel(probe_id id);
  std::vector<ended> wait(std::optional<clock::time_point> until);
  void wake() { ::curl_multi_wakeup(multi_); }

private:
  struct running_command {
    probe_process process;
    clock::time_point end;
    milliseconds timeout;
  };

  void poll(clock::time_point until);
  void take_connections();
  void look_at_commands(clock::time_point now);
  void reap_killed();
  std::vector<curl_waitfd> descriptors() const;

  CURLM* multi_;
  std::map<probe_id, std::unique_ptr<net_probe>> connections_;
  std::map<probe_id, running_command> commands_;
  std::vector<probe_process> killed_;  ///< and maybe not dead so far
  std::vector<ended> ended_;           ///< not told so far
};

probe_set::impl::~impl() {
  for (const auto& [id, probe] : connections_)
    ::curl_multi_remove_handle(multi_, probe->handle());
  connections_.clear();
  while (!commands_.empty())
    cancel(commands_.begin()->first);
  auto give_up = clock::now() + patience;
  for (reap_killed(); !killed_.empty() && clock::now() < give_up; reap_killed())
    poll(give_up);
  ::curl_multi_cleanup(multi_);
}

// -- starting -------------------------------------------------------------------------------------

void probe_set::impl::start(probe_id id, const command_probe& what, const health_check& check,
                            const probe_place& place) {
  auto started = spawn_probe(place.supervisor, what.argv, place.env, place.sandbox, place.groups);
  if (auto* why = std::get_if<failure>(&started)) {
    ended_.push_back({id, {false, why->message}});
    return;
  }
  probe_process process{name_of(what.argv), std::move(std::get<started_probe>(started))};
  commands_.emplace(
    id, running_command{std::move(process), clock::now() + check.timeout, check.timeout});
}

template <class Net>
void probe_set::impl::start(probe_id id, const Net& what, const health_check& check,
                            const probe_place&) {
  auto probe = std::make_unique<net_probe>(what, check.timeout);
  if (probe->handle() == nullptr)
    throw std::bad_alloc{};
  ::curl_easy_setopt(probe->handle(), CURLOPT_PRIVATE, reinterpret_cast<void*>(id));
  ::curl_multi_add_handle(multi_, probe->handle());
  connections_.emplace(id, std::move(probe));
}

void probe_set::impl::cancel(probe_id id) {
  if (auto i = connections_.find(id); i != connections_.end()) {
    ::curl_multi_remove_handle(multi_, i->second->handle());
    connections_.erase(i);
  }
  if (auto i = commands_.find(id); i != commands_.end()) {
    i->second.process.end({});
    killed_.push_back(std::move(i->second.process));
    commands_.erase(i);
  }
}

// -- waiting --------------------------------------------------------------------------------------

std::vector<probe_set::ended> probe_set::impl::wait(std::optional<clock::time_point> until) {
  auto end = until.value_or(clock::now() + longest_wait);
  for (const auto& [id, command] : commands_)
    end = std::min(end, command.end);
  take_connections();  // What has been added is begun before anything is waited for.
  if (ended_.empty())
    poll(end);
  take_connections();
  look_at_commands(clock::now());
  reap_killed();
  return std::exchange(ended_, {});
}

void probe_set::impl::poll(clock::time_point until) {
  auto left = std::chrono::ceil<milliseconds>(until - clock::now());
  auto ms = std::clamp(left, milliseconds{0}, longest_wait);
  auto wanted = descriptors();
  ::curl_multi_poll(multi_, wanted.data(), static_cast<unsigned>(wanted.size()),
                    static_cast<int>(ms.count()), nullptr);
}

std::vector<curl_waitfd> probe_set::impl::descriptors() const {
  std::vector<curl_waitfd> result;
  auto add = [&result](const probe_process& x) {
    for (auto fd : {x.process(), x.output()})
      if (fd >= 0)
        result.push_back({fd, CURL_WAIT_POLLIN, 0});
  };
  for (const auto& [id, command] : commands_)
    add(command.process);
  for (const auto& process : killed_)
    add(process);
  return result;
}

void probe_set::impl::take_connections() {
  int running = 0;
  ::curl_multi_perform(multi_, &running);
  int left = 0;
  while (auto* message = ::curl_multi_info_read(multi_, &left)) {
    if (message->msg != CURLMSG_DONE)
      continue;
    auto code = message->data.result;  // `message` goes with the handle.
    void* number = nullptr;
    ::curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &number);
    auto i = connections_.find(reinterpret_cast<probe_id>(number));
    ended_.push_back({i->first, i->second->result(code)});
    ::curl_multi_remove_handle(multi_, i->second->handle());
    connections_.erase(i);
  }
}

void probe_set::impl::look_at_commands(clock::time_point now) {
  for (auto i = commands_.begin(); i != commands_.end();) {
    auto& [id, command] = *i;
    auto result = command.process.look();
    if (!result && now >= command.end) {
      result = command.process.end(command.timeout);
      killed_.push_back(std::move(command.process));
    }
    if (result)
      ended_.push_back({id, std::move(*result)});
    i = result ? commands_.erase(i) : std::next(i);
  }
}

void probe_set::impl::reap_killed() {
  std::erase_if(killed_, [](probe_process& x) { return x.look().has_value(); });
}

// -- probe_set ------------------------------------------------------------------------------------

probe_set::probe_set() : impl_(std::make_unique<impl>()) {}

probe_set::~probe_set() = default;

void probe_set::start(probe_id id, const health_check& check, const probe_place& place) {
  std::visit([&](const auto& what) { impl_->start(id, what, check, place); }, check.probe);
}

void probe_set::cancel(probe_id id) {
  impl_->cancel(id);
}

std::vector<probe_set::ended> probe_set::wait(std::optional<clock::time_point> until) {
  return impl_->wait(until);
}

void probe_set::wake() {
  impl_->wake();
}

}  // namespace entente::runtime
