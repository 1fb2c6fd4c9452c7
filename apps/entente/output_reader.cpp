#include "apps/entente/output_reader.hpp"

#include <algorithm>
#include <caf/sec.hpp>
#include <iostream>
#include <thread>
#include <utility>

#include "messages/error_text.hpp"

namespace entente {

namespace {

using namespace std::chrono_literals;

/// Between two attempts to read what cannot be read now.
constexpr auto retry_pause = 1s;
/// A restart takes fewer attempts; who waits for longer wants to know what is wrong.
constexpr int attempts_before_reason = 10;
/// A new master has heard of all tasks by then: their agents are back, or it has given them up.
constexpr auto patience_with_unknown = 120s;

}  // namespace

std::variant<output_chunk, caf::error> output_reader::next() {
  for (;;) {
    auto answer = ask();
    if (auto* chunk = std::get_if<output_chunk>(&answer)) {
      was_there_ = true;
      waits_ = false;
      unknown_since_.reset();
      call_.offset += chunk->skipped + chunk->bytes.size();
      return answer;
    }
    const auto& why = std::get<caf::error>(answer);
    if (!follows_ || !may_come(why))
      return answer;
    if (!std::exchange(waits_, true))
      std::cerr << "entente: " << error_text(why) << "; waiting" << std::endl;
    std::this_thread::sleep_for(retry_pause);
  }
}

std::variant<output_chunk, caf::error> output_reader::ask() {
  if (follows_)
    return master_->ask_while_there<output_chunk>(call_);
  output_chunk chunk;
  if (auto failed = master_->ask(call_, [&](output_chunk& x) { chunk = std::move(x); }))
    return failed;
  return chunk;
}

void output_reader::look_for_master() {
  auto problem = master_->reconnect();
  attempts_ = problem ? attempts_ + 1 : 0;
  if (attempts_ >= attempts_before_reason && std::exchange(told_, *problem) != *problem)
    std::cerr << "entente: still waiting for the master at " << *problem << std::endl;
}

/// Whether there may be more to read, though not now.
bool output_reader::may_come(const caf::error& why) {
  if (why != caf::sec::invalid_argument) {
    look_for_master();
    return true;
  }
  auto outlook = look_for_task();
  if (outlook != prospect::unknown) {
    was_there_ = true;
    unknown_since_.reset();
    return outlook == prospect::comes;
  }
  auto now = master_->system().clock().now();
  if (!unknown_since_)
    unknown_since_ = now;
  return was_there_ && now - *unknown_since_ < patience_with_unknown;
}

output_reader::prospect output_reader::look_for_task() {
  auto answer = master_->ask_while_there<cluster_view>(query{listing::tasks});
  auto* view = std::get_if<cluster_view>(&answer);
  if (!view)
    return prospect::comes;  // It is the master that is away; the next attempt looks for it.
  auto result = prospect::unknown;
  for (const auto& x : view->tasks)
    if (x.id == call_.task) {
      if (!is_terminal(x.last.state) || is_away(x.agent))
        return prospect::comes;
      result = prospect::over;
    }
  return result;
}

/// Whether the agent of a task that has ended may be back to show what it wrote.
bool output_reader::is_away(const agent_id& agent) {
  auto answer = master_->ask_while_there<cluster_view>(query{listing::agents});
  auto* view = std::get_if<cluster_view>(&answer);
  return !view || std::ranges::any_of(view->agents, [&](const agent_entry& x) {
    return x.info.id == agent && x.state == agent_state::disconnected;
  });
}

}  // namespace entente
