#include "actors/agent/executor_host.hpp"

#include <caf/actor_cast.hpp>
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/init_global_meta_objects.hpp>
#include <caf/send.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <mutex>
#include <random>
#include <thread>
#include <utility>

#include "actors/agent/event_inbox.hpp"
#include "actors/transport/transport.hpp"
#include "messages/protocol.hpp"
#include "messages/tick.hpp"
#include "messages/types.hpp"

namespace entente {

namespace {

using news_inbox = inbox<executor_news>;

/// The host with the messages that it sends to itself.
using host_actor = agent_for_executors::extend<
  // There is news.
  caf::result<void>(caf::update_atom),
  // A deadline has passed.
  caf::result<void>(caf::tick_atom)>;

/// Executors have one each.
constexpr std::size_t most_connections = 512;

struct host_config : caf::actor_system_config {
  host_config() {
    static const bool once = [] {
      caf::core::init_global_meta_objects();
      init_message_types();
      return true;
    }();
    static_cast<void>(once);
    prepare_for_transport(*this);
    set("caf.scheduler.policy", "sharing");
    set("caf.scheduler.max-threads", 1);
    set("caf.logger.console.verbosity", "quiet");
    set("caf.logger.file.verbosity", "quiet");
  }
};

/// 256 bits that nobody can guess, in hexadecimal digits.
std::string make_token() {
  std::random_device device;
  std::string text;
  for (auto i = 0; i < 8; ++i)
    for (auto rest = device(), n = 8u; n > 0; --n, rest >>= 4)
      text += "0123456789abcdef"[rest & 15];
  return text;
}

/// Without TLS, for nothing leaves the machine.
transport_options plain_transport() {
  transport_options result;
  result.limits.most = most_connections;
  result.limits.most_strangers = most_connections / 2;
  return result;
}

struct host_state {
  host_actor::pointer self;
  std::shared_ptr<news_inbox> news;
  executor_host_options options;
  executor_book book;
  std::map<executor_key, executor_actor> registered;
  /// By task: who waits for the answer to its newest update.
  std::map<task_key, caf::typed_response_promise<void>> waiting;
  tick ticks;

  host_state(host_actor::pointer self_ptr, std::shared_ptr<news_inbox> box,
             executor_host_options opts)
      : self(self_ptr),
        news(std::move(box)),
        options(std::move(opts)),
        book(options.times, make_token) {}

  host_actor::behavior_type make_behavior() {
    // Who answers what was no question must not end this.
    self->set_error_handler([](const caf::error&) {});
    self->set_down_handler([this](const caf::down_msg& x) { on_down(x); });
    self->set_exit_handler([this](const caf::exit_msg& x) { on_exit(x); });
    return {
      // -- from executors -----------------------------------------------------------
      [this](const register_executor& x, const executor_actor& who) { return on_register(x, who); },
      [this](const executor_update& x) { return on_update(x); },
      // -- from itself --------------------------------------------------------------
      [this](caf::update_atom) { decide([] {}); },
      [this](caf::tick_atom) { on_tick(); },
    };
  }

  time_point now() { return self->clock().now(); }

  /// What was told before counts before.
  template <class Decision>
  void decide(Decision decision) {
    for (const auto& x : news->take())
      std::visit([this](const auto& y) { take(y); }, x);
    decision();
    carry_out();
  }

  void carry_out() {
    for (auto effects = book.take_effects(); !effects.empty(); effects = book.take_effects())
      for (auto& x : effects)
        std::visit([this](auto& y) { do_it(y); }, x);
    if (auto when = ticks.plan(book.next_deadline()))
      self->scheduled_send(self, *when, caf::tick_atom_v);
  }

  // -- what it is told --------------------------------------------------------------

  void take(const executor_launch& x) { book.launch(x.framework, x.task, now()); }
  void take(const executor_signal& x) { book.signal(x.key, x.signo, now()); }
  void take(const executor_report_safe& x) { book.taken(x.key); }
  void take(const executor_end_safe& x) { book.forget(x.key, now()); }
  void take(const executor_found& x) { book.recover(x.key, x.info, x.token, x.limits, x.goes_on); }
  void take(const executor_task_found& x) { book.recover(x.framework, x.task, x.goes_on, now()); }
  void take(const executors_all_found&) { book.recovered(now()); }
  void take(const executor_ended& x) {
    registered.erase(x.key);
    book.process_ended(x.key, x.how, now(), x.reason);
  }

  // -- from executors ---------------------------------------------------------------

  caf::result<executor_registered> on_register(const register_executor& x,
                                               const executor_actor& who) {
    std::optional<std::string> refused;
    decide([&] {
      refused = book.registered(x, now());
      if (!refused)
        use({x.framework, x.executor}, who);
    });
    if (refused)
      return caf::make_error(caf::sec::invalid_argument, *refused);
    return executor_registered{options.agent, options.hostname};
  }

  void use(const executor_key& key, const executor_actor& who) {
    auto& known = registered[key];
    if (known != who)
      self->monitor(who);
    known = who;
  }

  caf::result<void> on_update(const executor_update& x) {
    std::variant<executor_book::answer, std::string> answer;
    decide([&] { answer = book.update(x); });
    if (auto* refused = std::get_if<std::string>(&answer))
      return caf::make_error(caf::sec::invalid_argument, *refused);
    if (std::get<executor_book::answer>(answer) == executor_book::answer::now)
      return caf::unit;
    auto promise = self->make_response_promise<void>();
    waiting.insert_or_assign({x.framework, x.task}, promise);
    return promise;
  }

  void on_down(const caf::down_msg& x) {
    decide([&] {
      for (auto i = registered.begin(); i != registered.end();) {
        if (i->second.address() != x.source) {
          ++i;
          continue;
        }
        book.connection_lost(i->first, now());
        i = registered.erase(i);
      }
    });
  }

  // -- doing what the book decides ----------------------------------------------------

  void do_it(const start_executor& x) {
    if (auto failed = options.start(x))
      book.process_ended(x.key, *failed, now(), task_reason::container_launch_failed);
  }

  void do_it(const limit_executor& x) { options.limit(x); }
  void do_it(const kill_executor& x) { options.kill(x.key); }

  void do_it(const forget_executor& x) {
    registered.erase(x.key);
    options.forget(x.key);
  }

  void do_it(send_to_executor& x) {
    auto i = registered.find(x.key);
    if (i == registered.end())
      return;
    std::visit([&](auto& message) { self->send(i->second, std::move(message)); }, x.message);
  }

  void do_it(const report_task& x) { options.report(x.key, x.what); }

  void do_it(const answer_updates& x) {
    if (auto i = waiting.find(x.key); i != waiting.end()) {
      i->second.deliver();
      waiting.erase(i);
    }
  }

  void on_tick() {
    if (ticks.take(now()))
      decide([this] { book.expire(now()); });
  }

  void on_exit(const caf::exit_msg& x) {
    decide([] {});
    for (const auto& key : book.unused())
      options.kill(key);
    self->quit(x.reason);
  }
};

using host_impl = host_actor::stateful_impl<host_state>;

}  // namespace

class executor_host::impl {
public:
  explicit impl(executor_host_options options) {
    apart([&] {
      system_.emplace(config_);
      connections_.emplace(*system_, plain_transport());
      actor_ = system_->spawn<host_impl>(news_, std::move(options));
    });
  }

  ~impl() { close(); }

  std::variant<std::uint16_t, std::string> open() {
    std::variant<std::uint16_t, std::string> port;
    apart([&] {
      port = connections_->publish(caf::actor_cast<agent_for_executors>(actor_), {"127.0.0.1", 0});
    });
    if (auto* why = std::get_if<std::string>(&port))
      return "cannot listen on 127.0.0.1 for executors: " + *why;
    return port;
  }

  void tell(executor_news x) {
    std::lock_guard guard{mutex_};
    if (actor_ && news_->put(std::move(x)))
      caf::anon_send(actor_, caf::update_atom_v);
  }

  void close() {
    {
      std::lock_guard guard{mutex_};
      if (!actor_)
        return;
      caf::anon_send_exit(std::exchange(actor_, nullptr), caf::exit_reason::user_shutdown);
    }
    apart([this] {
      connections_.reset();
      system_.reset();  // Waits for the actor.
    });
  }

private:
  /// A thread holds on to the logger of the system that it last had to do with, and a system ends
  /// only when nobody does. The agent's threads belong to another system.
  template <class Work>
  static void apart(Work work) {
    std::thread{std::move(work)}.join();
  }

  host_config config_;
  std::shared_ptr<news_inbox> news_ = std::make_shared<news_inbox>();
  std::optional<caf::actor_system> system_;
  std::optional<transport> connections_;
  std::mutex mutex_;
  host_actor actor_;
};

executor_host::executor_host(executor_host_options options)
    : impl_(std::make_unique<impl>(std::move(options))) {}

executor_host::~executor_host() = default;

std::variant<std::uint16_t, std::string> executor_host::open() {
  return impl_->open();
}

void executor_host::tell(executor_news news) {
  impl_->tell(std::move(news));
}

void executor_host::close() {
  impl_->close();
}

}  // namespace entente
