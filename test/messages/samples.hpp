#pragma once

#include "messages/codec.hpp"

/// The values that the files in golden/ hold. A new field is left at its default here: the files
/// are of a time when it was not there.
namespace entente::test {

template <class T>
T sample();

inline resources sample_resources() {
  resources x;
  x.set_milli("cpus", 3500);
  x.set_milli("mem", 8'192'000);
  x.set_ranges("ports", {{31000, 32000}, {5000, 5000}});
  x.set_items("disks", {"sda", "sdb"});
  return x;
}

inline agent_info sample_agent() {
  return {
    agent_id{"a-1"}, "höst", "10.0.0.1:5051", sample_resources(), {{"rack", "r1"}, {"zone", ""}}};
}

inline framework_info sample_framework() {
  return {framework_id{"f-1"}, "wordcount", "analytics", std::chrono::milliseconds{60'000}};
}

inline offer sample_offer() {
  return {offer_id{"o-1"}, framework_id{"f-1"}, agent_id{"a-1"},
          "höst",          sample_resources(),  {{"rack", "r1"}}};
}

inline task_info sample_task() {
  return {task_id{"t-1"},     "count",
          {"wc", "-w", ""},   {{"LANG", "C"}, {"PATH", "/bin"}},
          sample_resources(), std::chrono::milliseconds{1500}};
}

template <>
inline register_agent sample() {
  return {sample_agent()};
}

template <>
inline agent_registered sample() {
  return {agent_id{"a-1"}};
}

template <>
inline unregister_agent sample() {
  return {agent_id{"a-1"}};
}

template <>
inline launch_tasks sample() {
  return {framework_id{"f-1"}, {sample_task(), {}}};
}

template <>
inline shutdown_framework sample() {
  return {framework_id{"f-1"}};
}

template <>
inline subscribe sample() {
  return {sample_framework()};
}

template <>
inline subscribed sample() {
  return {framework_id{"f-1"}, "default"};
}

template <>
inline resource_offers sample() {
  return {{sample_offer(), {}}};
}

template <>
inline offer_rescinded sample() {
  return {offer_id{"o-1"}};
}

template <>
inline agent_lost sample() {
  return {agent_id{"a-1"}};
}

template <>
inline framework_error sample() {
  return {"the framework was removed"};
}

template <>
inline accept_offers sample() {
  return {framework_id{"f-1"},
          {offer_id{"o-1"}, offer_id{"o-2"}},
          {sample_task()},
          std::chrono::milliseconds{7}};
}

template <>
inline decline_offers sample() {
  return {framework_id{"f-1"}, {offer_id{"o-1"}}, std::chrono::milliseconds{5000}};
}

template <>
inline revive_offers sample() {
  return {framework_id{"f-1"}};
}

template <>
inline suppress_offers sample() {
  return {framework_id{"f-1"}};
}

template <>
inline kill_task sample() {
  return {framework_id{"f-1"}, task_id{"t-1"}, std::chrono::milliseconds{250}};
}

template <>
inline acknowledge sample() {
  return {framework_id{"f-1"}, agent_id{"a-1"}, task_id{"t-1"}, 3};
}

template <>
inline teardown sample() {
  return {framework_id{"f-1"}};
}

template <>
inline status_update sample() {
  return {framework_id{"f-1"},
          agent_id{"a-1"},
          task_id{"t-1"},
          3,
          task_state::failed,
          task_reason::command_executor_failed,
          "killed by SIGKILL",
          -1,
          9};
}

template <>
inline query sample() {
  return {listing::tasks};
}

template <>
inline cluster_view sample() {
  cluster_view x;
  x.summary = {"default", "0.1.0", 1, 2, 3, 4, 5, 6, sample_resources(), {}, sample_resources()};
  x.agents = {{sample_agent(), agent_state::draining, sample_resources(), {}, {}}};
  x.frameworks = {{sample_framework(), framework_state::completed, 3, sample_resources()}};
  x.tasks = {{task_id{"t-1"}, "count", framework_id{"f-1"}, agent_id{"a-1"}, "höst",
              sample_resources(), sample<status_update>()}};
  x.offers = {sample_offer()};
  return x;
}

template <>
inline read_output sample() {
  return {framework_id{"f-1"}, task_id{"t-1"}, output_stream::err, 1024, 4096};
}

template <>
inline output_chunk sample() {
  return {std::string("a\0\xff\n", 4), 1028, true};
}

inline constraint sample_constraint() {
  return {"zone", constraint_op::in, {"eu-1", "eu-2"}};
}

inline claim sample_claim() {
  claim x;
  x.id = claim_id{"c-1"};
  x.count = 4;
  x.max_count = 8;
  x.slot_class = "gpu";
  x.limits = sample_resources();
  x.ports = 2;
  x.constraints = {sample_constraint(), {}};
  x.layout = placement::spread;
  x.max_per_agent = 3;
  x.same_attribute = "rack";
  x.preferences = {{sample_constraint(), 50}};
  x.wait = std::chrono::milliseconds{30'000};
  x.priority = -7;
  return x;
}

inline grant sample_grant() {
  return {round_id{"r-1"},
          claim_id{"c-1"},
          "gpu",
          sample_resources(),
          {{agent_id{"a-1"}, "höst", 0, {31000, 65535}}, {agent_id{"a-2"}, "", 1, {}}}};
}

template <>
inline solicit sample() {
  return {round_id{"r-1"},
          framework_id{"f-1"},
          sample_resources(),
          2,
          5,
          {{sample_constraint(), 10}},
          std::chrono::milliseconds{1500}};
}

template <>
inline bid sample() {
  return {round_id{"r-1"}, agent_id{"a-1"}, 2, 640, {31000, 31001}, bid_refusal::no_ports};
}

template <>
inline confirm sample() {
  return {round_id{"r-1"},
          framework_id{"f-1"},
          claim_id{"c-1"},
          "gpu",
          2,
          {{agent_id{"a-1"}, 2}, {agent_id{"a-2"}, 6}},
          std::chrono::milliseconds{45'000}};
}

template <>
inline confirmed sample() {
  return {round_id{"r-1"}, agent_id{"a-1"}, bid_refusal::stale, 17};
}

template <>
inline release sample() {
  return {round_id{"r-1"}, {0, 2}};
}

template <>
inline released sample() {
  return {agent_id{"a-1"}, round_id{"r-1"}, {0, 2}, 18};
}

template <>
inline claim_slots sample() {
  return {framework_id{"f-1"}, sample_claim(), 5};
}

template <>
inline withdraw_claim sample() {
  return {framework_id{"f-1"}, claim_id{"c-1"}, 6};
}

template <>
inline claim_granted sample() {
  return {sample_grant()};
}

template <>
inline claim_refused sample() {
  return {claim_id{"c-1"}, {"8 of gpu wanted; 5 free", "2 agents are draining"}};
}

template <>
inline launch_on_grant sample() {
  return {framework_id{"f-1"}, round_id{"r-1"}, {{3, sample_task()}, {}}};
}

template <>
inline release_grant sample() {
  return {framework_id{"f-1"}, round_id{"r-1"}, {1, 3}, 7};
}

template <>
inline grant_ended sample() {
  return {round_id{"r-1"}, "unused for too long"};
}

template <>
inline pool_changed sample() {
  return {{{"gpu", sample_resources(), 12, 5}, {}}};
}

template <>
inline grant_recalled sample() {
  return {round_id{"r-1"}, "eng is under its guarantee", std::chrono::milliseconds{30'000}};
}

template <>
inline set_quota sample() {
  return {"eng/ads", sample_resources(), sample_resources(), true};
}

template <>
inline remove_quota sample() {
  return {"eng/ads"};
}

template <>
inline set_weight sample() {
  return {"eng/ads", 2.5};
}

template <>
inline reserve_resources sample() {
  return {framework_id{"f-1"}, agent_id{"a-1"}, "eng/ads", sample_resources()};
}

template <>
inline unreserve_resources sample() {
  return {framework_id{"f-1"}, agent_id{"a-1"}, "eng/ads", sample_resources()};
}

template <>
inline reconcile_tasks sample() {
  return {framework_id{"f-1"}, {task_id{"t-1"}, task_id{"t-2"}}};
}

template <>
inline drain_agent sample() {
  return {agent_id{"a-1"}, std::chrono::milliseconds{90'000}, true};
}

template <>
inline undrain_agent sample() {
  return {agent_id{"a-1"}};
}

template <>
inline deactivate_agent sample() {
  return {agent_id{"a-1"}};
}

template <>
inline reactivate_agent sample() {
  return {agent_id{"a-1"}};
}

inline maintenance_window sample_window() {
  using std::chrono::milliseconds;
  return {"disks",
          {agent_id{"a-1"}, agent_id{"a-2"}},
          milliseconds{60'000},
          milliseconds{3'600'000},
          milliseconds{30'000}};
}

template <>
inline plan_maintenance sample() {
  return {sample_window()};
}

template <>
inline cancel_maintenance sample() {
  return {"disks"};
}

template <>
inline register_executor sample() {
  return {framework_id{"f-1"}, executor_id{"e-1"}, "secret", {task_id{"t-1"}, task_id{"t-2"}}};
}

template <>
inline executor_registered sample() {
  return {agent_id{"a-1"}, "node1"};
}

template <>
inline run_task sample() {
  return {framework_id{"f-1"}, sample_task()};
}

template <>
inline executor_update sample() {
  executor_update x;
  x.framework = framework_id{"f-1"};
  x.executor = executor_id{"e-1"};
  x.token = "secret";
  x.task = task_id{"t-1"};
  x.number = 3;
  x.state = task_state::failed;
  x.message = "out of luck";
  x.data = std::string{"\0\1", 2};
  x.exit_code = -7;
  return x;
}

template <>
inline shutdown_executor sample() {
  return {std::chrono::milliseconds{5'000}};
}

}  // namespace entente::test
