#pragma once

#include "samples_with_roles.hpp"

/// The values that the files golden/*.recovery.bin hold: messages that have got fields for agents
/// that come back, are drained or cannot be reached, and for what tasks use. They are built upon
/// the samples with roles; a newer field is left at its default here too.
namespace entente::test {

template <class T>
T sample_with_recovery();

inline task_entry sample_task_entry_with_recovery() {
  auto x = sample_task_entry_with_roles();
  x.usage = task_usage{std::chrono::milliseconds{1250}, 8'388'608, 4096};
  return x;
}

template <>
inline register_agent sample_with_recovery() {
  auto x = sample_with_roles<register_agent>();
  x.tasks = {sample_task_entry_with_recovery(), {}};
  x.recovered = true;
  return x;
}

template <>
inline subscribe sample_with_recovery() {
  auto x = sample_with_roles<subscribe>();
  x.info.partition_aware = true;
  return x;
}

template <>
inline cluster_view sample_with_recovery() {
  auto x = sample_with_roles<cluster_view>();
  x.agents[0].drain_left = std::chrono::milliseconds{45'000};
  x.frameworks[0].info.partition_aware = true;
  x.tasks = {sample_task_entry_with_recovery()};
  return x;
}

}  // namespace entente::test
