#pragma once

#include "samples_with_recovery.hpp"

/// The values that the files golden/*.execution.bin hold: messages that have got fields for health
/// checks, groups, artifacts, executors, maintenance, admission and the version of the protocol. A
/// newer field is left at its default here too.
namespace entente::test {

template <class T>
T sample_with_execution();

inline task_info sample_task_with_execution() {
  using std::chrono::milliseconds;
  auto x = sample_task();
  x.health = health_check{http_probe{8080, "/up"}, milliseconds{1000}, milliseconds{2000},
                          milliseconds{3000}, 4};
  x.group = "pair";
  x.artifacts = {{"https://example.org/a.tar.gz", "ab12", "a", false, true}, {"/opt/b"}};
  x.executor = executor_info{
    executor_id{"e-1"}, {"run", "it"}, {{"A", "1"}}, milliseconds{7000}, milliseconds{800}};
  x.data = std::string{"x\0y", 3};
  return x;
}

template <>
inline launch_tasks sample_with_execution() {
  auto x = sample_with_roles<launch_tasks>();
  auto command = sample_task();
  command.health = health_check{command_probe{{"test", "-e", "up"}}};
  auto tcp = sample_task();
  tcp.health = health_check{tcp_probe{80}};
  x.tasks = {sample_task_with_execution(), command, tcp};
  return x;
}

template <>
inline status_update sample_with_execution() {
  auto x = sample<status_update>();
  x.health = task_health::unhealthy;
  x.data = std::string{"\0z", 2};
  return x;
}

template <>
inline register_agent sample_with_execution() {
  auto x = sample_with_recovery<register_agent>();
  x.protocol = {1, 2};
  return x;
}

template <>
inline agent_registered sample_with_execution() {
  auto x = sample<agent_registered>();
  x.admitted = false;
  x.protocol = {1, 2};
  return x;
}

template <>
inline subscribe sample_with_execution() {
  auto x = sample_with_recovery<subscribe>();
  x.protocol = {1, 2};
  return x;
}

template <>
inline subscribed sample_with_execution() {
  auto x = sample<subscribed>();
  x.protocol = {2, 3};
  return x;
}

template <>
inline cluster_view sample_with_execution() {
  auto x = sample_with_recovery<cluster_view>();
  x.maintenance = {sample_window()};
  return x;
}

}  // namespace entente::test
