#include "apps/entente/run_scheduler.hpp"

#include <algorithm>
#include <array>
#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <iostream>
#include <memory>
#include <optional>
#include <random>
#include <set>

#include "apps/common/exit_codes.hpp"
#include "apps/entente/gang.hpp"
#include "apps/entente/line_writer.hpp"
#include "apps/entente/run_outcome.hpp"
#include "apps/entente/skipped_output.hpp"
#include "config/units.hpp"
#include "messages/error_text.hpp"

namespace entente {

namespace {

using namespace std::chrono_literals;

/// How long a master that was lost may take to come back; its tasks run on meanwhile.
constexpr std::chrono::milliseconds patience_with_known = 60s;

constexpr auto request_timeout = 30s;
/// How often the output of a running task is fetched: by few ranks this often, by many more seldom.
constexpr std::chrono::milliseconds output_pause = 50ms;
constexpr std::chrono::milliseconds longest_output_pause = 1s;
constexpr std::size_t few_ranks = 8;
/// After how long of waiting the user is told what for.
constexpr std::chrono::milliseconds patience = 3s;
constexpr std::uint32_t page = 256 * 1024;

/// One rank's stdout or stderr.
struct stream_state {
  std::size_t rank;
  output_stream which;
  line_writer writer;
  skipped_output skipped{};
  std::uint64_t offset = 0;
  bool asked = false;
  bool pausing = false;  ///< it will be asked for
  bool complete = false;
};

struct run_state {
  scheduler_actor::pointer self;
  run_request request;
  master_location location;
  std::promise<run_result> result;
  driver_actor driver;
  std::unique_ptr<gang> tasks;  ///< once they are granted
  std::vector<stream_state> streams;
  restart_policy restarts;
  std::set<std::size_t> pausing;  ///< ranks that will be run again
  bool connected = false;
  bool interrupted = false;
  std::set<std::size_t> unread;  ///< the ranks of which output may be missing
  bool killed = false;
  bool finished = false;

  run_state(scheduler_actor::pointer self_ptr, run_request what, master_location where,
            std::promise<run_result> promise)
      : self(self_ptr),
        request(std::move(what)),
        location(std::move(where)),
        result(std::move(promise)),
        restarts(request.restart) {}

  scheduler_actor::behavior_type make_behavior() {
    self->set_exit_handler([this](const caf::exit_msg&) { on_interrupt(); });
    driver_options options;
    options.info = request.info;
    options.patience = 0ms;
    options.patience_with_known = patience_with_known;
    options.seed = std::random_device{}();
    driver = spawn_driver(self->system(), self, location, std::move(options));
    return {
      [this](const subscribed&) { on_subscribed(); },
      [](const resource_offers&) { /* it wants none */ },
      [](const offer_rescinded&) {},
      [this](const status_update& x) { on_update(x); },
      [](const agent_lost&) { /* the tasks' updates come too */ },
      [this](const claim_granted& x) { on_granted(x.grant); },
      [this](const claim_refused& x) { on_refused(x); },
      [this](const grant_ended& x) { on_grant_ended(x); },
      [](const grant_recalled& x) { on_grant_recalled(x); },
      [](const pool_changed&) {},
      [this](const framework_error& x) {
        finish({exit_unavailable, x.message, connected});
      },
    };
  }

  // -- getting slots --------------------------------------------------------------

  void on_subscribed() {
    if (std::exchange(connected, true))
      return;
    self->send(driver, claim_slots{{}, request.claim, 0});
    self->run_delayed(patience, [this] {
      if (!tasks && !finished)
        std::cerr << "entente: waiting for room; entente why " << request.claim.id << " says why"
                  << std::endl;
    });
  }

  void on_granted(const grant& x) {
    tasks = std::make_unique<gang>(x, request.task, request.health);
    for (std::size_t rank = 0; rank < tasks->size(); ++rank) {
      auto prefix = tasks->size() > 1 ? '[' + std::to_string(rank) + "] " : std::string{};
      streams.push_back({rank, output_stream::out, {std::cout, prefix}});
      streams.push_back({rank, output_stream::err, {std::cerr, prefix}});
    }
    for (std::size_t rank = 0; rank < tasks->size(); ++rank)
      restarts.started(rank, now());
    self->send(driver, tasks->launch());
  }

  void on_refused(const claim_refused& x) {
    std::string message;
    for (const auto& reason : x.reasons)
      message += (message.empty() ? "" : "; ") + reason;
    finish({exit_refused, std::move(message), connected});
  }

  void on_grant_ended(const grant_ended& x) {
    if (!tasks || !tasks->all_ended() || !pausing.empty())
      finish({exit_failure, "the grant is over: " + x.message, connected});
  }

  static void on_grant_recalled(const grant_recalled& x) {
    std::cerr << "entente: grant " << x.grant << " will be taken back in "
              << format_duration(x.notice) << ": " << x.message << std::endl;
  }

  // -- the tasks' life --------------------------------------------------------------

  void on_update(const status_update& x) {
    auto rank = tasks ? tasks->update(x) : std::nullopt;
    if (!rank || finished)
      return;
    if (gang::is_lost(x) && !has_run(x) && !interrupted)
      kill_all();
    if (request.detach && !killed && tasks->all_run() && !tasks->all_ended()) {
      finish({exit_ok, {}, true, tasks->ids()});
      return;
    }
    if (!request.detach || tasks->ended(*rank))
      fetch_output(*rank);
  }

  void on_interrupt() {
    if (std::exchange(interrupted, true))
      return;
    if (!tasks)
      return finish({exit_interrupted, {}, connected});
    pausing.clear();
    if (!tasks->all_ended())
      kill_all();
    else
      finish_if_over();
  }

  void kill_all() {
    if (std::exchange(killed, true))
      return;
    for (std::size_t rank = 0; rank < tasks->size(); ++rank)
      if (!tasks->ended(rank))
        // An error says that it has ended in the meantime; its update is on its way.
        self->request(driver, request_timeout, kill_task{{}, tasks->id(rank), std::nullopt})
          .then([] {}, [](const caf::error&) {});
  }

  // -- output -------------------------------------------------------------------------

  void fetch_output(std::size_t rank) {
    const auto& last = *tasks->last(rank);
    auto never_ran = tasks->ended(rank) && !has_run(last);
    for (auto& stream : streams) {
      if (stream.rank != rank)
        continue;
      if (never_ran)
        complete(stream);
      else if (last.state != task_state::staging && last.state != task_state::starting)
        fetch(stream);
    }
  }

  void fetch(stream_state& stream) {
    if (stream.asked || stream.complete || finished)
      return;
    stream.asked = true;
    // Only what is asked for after the end shows all of it.
    auto after_end = tasks->ended(stream.rank);
    read_output call{{}, tasks->id(stream.rank), stream.which, stream.offset, page};
    self->request(driver, request_timeout, std::move(call))
      .then([this, &stream, after_end](const output_chunk& x) { on_output(stream, x, after_end); },
            [this, &stream, after_end](const caf::error& err) {
              if (after_end && !interrupted)
                say_unread(stream.rank, err);
              on_output(stream, {{}, stream.offset, after_end}, after_end);
            });
  }

  /// What becomes of a stream that is not all here.
  void say(const stream_state& stream, const std::string& what) const {
    std::cerr << "entente: the " << (stream.which == output_stream::out ? "stdout" : "stderr")
              << " of task " << tasks->id(stream.rank) << ' ' << what << std::endl;
  }

  /// Once for both streams.
  void say_unread(std::size_t rank, const caf::error& why) {
    if (!unread.insert(rank).second)
      return;
    auto text = why == caf::sec::request_receiver_down ? "its agent has ended" : error_text(why);
    std::cerr << "entente: the output of task " << tasks->id(rank)
              << " cannot be read to its end: " << text << std::endl;
  }

  void say_skipped(const stream_state& stream, std::uint64_t bytes) const {
    if (bytes > 0)
      say(stream, "lacks " + std::to_string(bytes) +
                    " bytes here: it comes faster than it is read, and so much is not kept; raise "
                    "agent.output_size, or have the task write into a file");
  }

  void on_output(stream_state& stream, const output_chunk& x, bool after_end) {
    stream.asked = false;
    stream.offset += x.skipped + x.bytes.size();
    if (x.skipped > 0)
      stream.writer.finish();  // What comes now does not go on with that line.
    say_skipped(stream, stream.skipped.add(x.skipped, now()));
    stream.writer.write(x.bytes);
    auto all = stream.offset >= x.file_size || x.bytes.empty();
    if (after_end && all)
      complete(stream);
    else if (!all || tasks->ended(stream.rank))
      fetch(stream);
    else if (!std::exchange(stream.pausing, true))
      self->run_delayed(pause(), [this, &stream] {
        stream.pausing = false;
        fetch(stream);
      });
  }

  std::chrono::milliseconds pause() const {
    auto factor = static_cast<int>(1 + (tasks->size() - 1) / few_ranks);
    return std::min(longest_output_pause, output_pause * factor);
  }

  void complete(stream_state& stream) {
    stream.writer.finish();
    say_skipped(stream, stream.skipped.rest());
    stream.complete = true;
    auto of_rank = [&](const auto& x) { return x.rank != stream.rank || x.complete; };
    if (tasks->ended(stream.rank) && std::all_of(streams.begin(), streams.end(), of_rank))
      on_rank_over(stream.rank);
    finish_if_over();
  }

  void finish_if_over() {
    auto all =
      std::all_of(streams.begin(), streams.end(), [](const auto& x) { return x.complete; });
    if (all && tasks->all_ended() && pausing.empty())
      finish(tasks->outcome(interrupted));
  }

  // -- restarts -------------------------------------------------------------------------

  /// It has ended, and all of its output is here.
  void on_rank_over(std::size_t rank) {
    if (interrupted || finished)
      return;
    const auto& last = *tasks->last(rank);
    auto pause = killed ? std::nullopt : restarts.ended(rank, last, now());
    if (!pause) {
      if (gang::is_lost(last))
        kill_all();
      if (auto remark = remark_on(last); !remark.empty())
        std::cerr << "entente: " << remark << std::endl;
      return;
    }
    std::cerr << "entente: task " << last.task << " has ended (" << last.message
              << ") and is run again in " << format_duration(*pause) << std::endl;
    pausing.insert(rank);
    self->run_delayed(*pause, [this, rank] { run_again(rank); });
  }

  void run_again(std::size_t rank) {
    if (finished || pausing.erase(rank) == 0)
      return;
    if (killed)
      return finish_if_over();  // Another rank was lost meanwhile.
    for (auto& stream : streams)
      if (stream.rank == rank) {
        stream.offset = 0;
        stream.complete = false;
      }
    restarts.started(rank, now());
    self->send(driver, tasks->launch_again(rank, restarts.count(rank)));
  }

  time_point now() { return self->clock().now(); }

  // -- the end --------------------------------------------------------------------------

  void finish(run_result x) {
    if (std::exchange(finished, true))
      return;
    if (x.tasks.empty())
      self->send(driver, teardown{});
    result.set_value(std::move(x));
    self->quit();
  }
};

using run_impl = scheduler_actor::stateful_impl<run_state>;

}  // namespace

scheduler_actor spawn_run_scheduler(caf::actor_system& system, run_request request,
                                    master_location master, std::promise<run_result> result) {
  return system.spawn<run_impl>(std::move(request), std::move(master), std::move(result));
}

}  // namespace entente
