#pragma once

#include "actors/agent/executor_book.hpp"

#include <boost/test/unit_test.hpp>
#include <csignal>

#include "messages/overloaded.hpp"

namespace entente::test {

using namespace std::chrono_literals;

inline const time_point t0{};
inline const framework_id f1{"f1"};
inline const executor_id e1{"e1"};
inline const executor_key e{f1, e1};
constexpr executor_times times{5s, 30s, 2s};

inline task_key key(const std::string& id) {
  return {f1, task_id{id}};
}

inline task_info info(const std::string& id, const std::string& limits = "cpus:1;mem:100") {
  task_info result;
  result.id = task_id{id};
  result.limits = std::get<resources>(resources::parse(limits));
  result.kill_grace = 3s;
  result.executor.emplace();
  result.executor->id = e1;
  result.executor->argv = {"executor"};
  result.executor->registration_timeout = 60s;
  result.executor->shutdown_grace = 4s;
  return result;
}

/// A book of one executor, whose life is told as text.
struct executor_fixture {
  void launch(const std::string& id, time_point now = t0) { book.launch(f1, info(id), now); }

  std::optional<std::string> join(std::vector<std::string> tasks = {}, time_point now = t0,
                                  const std::string& token = {}) {
    register_executor call{f1, e1, token.empty() ? last_token() : token, {}};
    for (auto& id : tasks)
      call.tasks.emplace_back(std::move(id));
    return book.registered(call, now);
  }

  std::string last_token() const { return "token" + std::to_string(tokens); }

  /// Launched, and its executor is there.
  void run(const std::string& id) {
    launch(id);
    join();
    effects();
  }

  std::string say(const std::string& id, std::uint64_t number, task_state state,
                  const std::string& data = {}) {
    executor_update x{f1, e1, last_token(), task_id{id}, number, state, {}, data, {}};
    auto answer = book.update(x);
    if (auto* why = std::get_if<std::string>(&answer))
      return *why;
    return std::get<executor_book::answer>(answer) == executor_book::answer::now ? "now"
                                                                                 : "when safe";
  }

  /// What is to be done, as text; ends of tasks are safe at once if `is_safe`.
  std::string effects(time_point now = t0) {
    std::string result;
    for (auto next = book.take_effects(); !next.empty(); next = book.take_effects())
      for (const auto& x : next)
        result += (result.empty() ? "" : ", ") + text_of(x, now);
    return result;
  }

  std::string text_of(const executor_effect& effect, time_point now) {
    return std::visit(overloaded{
                        [](const start_executor&) { return std::string{"start"}; },
                        [](const limit_executor& x) { return "limit " + x.limits.to_string(); },
                        [](const kill_executor&) { return std::string{"SIGKILL"}; },
                        [](const forget_executor&) { return std::string{"forget"}; },
                        [](const send_to_executor& x) { return text_of(x.message); },
                        [&](const report_task& x) {
                          last = x.what;
                          if (is_terminal(x.what.state) && is_safe)
                            book.forget(x.key, now);
                          return x.key.task.str() + " " + std::string{to_string(x.what.state)} +
                                 " " + std::string{to_string(x.what.reason)};
                        },
                        [](const answer_updates& x) { return "answer " + x.key.task.str(); },
                      },
                      effect);
  }

  static std::string text_of(const decltype(send_to_executor::message)& message) {
    return std::visit(overloaded{
                        [](const run_task& x) { return "run " + x.task.id.str(); },
                        [](const kill_task& x) {
                          return "kill " + x.task.str() + " " + std::to_string(x.grace->count());
                        },
                        [](const shutdown_executor&) { return std::string{"shutdown"}; },
                      },
                      message);
  }

  bool is_safe = true;
  task_reported last;
  int tokens = 0;
  entente::executor_book book{times, [this] {
                                ++tokens;
                                return last_token();
                              }};
};

}  // namespace entente::test
