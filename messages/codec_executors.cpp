#include "messages/codec_messages.hpp"

namespace entente::codec {

void put(schema::RegisterExecutor::Builder to, const register_executor& x) {
  to.setFramework(as_text(x.framework));
  to.setExecutor(as_text(x.executor));
  to.setToken(as_text(x.token));
  put_texts(to.initTasks(x.tasks.size()), x.tasks);
}

void take(schema::RegisterExecutor::Reader from, register_executor& x) {
  take(from.getFramework(), x.framework);
  take(from.getExecutor(), x.executor);
  take(from.getToken(), x.token);
  take_all(from.getTasks(), x.tasks);
}

void put(schema::ExecutorRegistered::Builder to, const executor_registered& x) {
  to.setAgent(as_text(x.agent));
  to.setHostname(as_text(x.hostname));
}

void take(schema::ExecutorRegistered::Reader from, executor_registered& x) {
  take(from.getAgent(), x.agent);
  take(from.getHostname(), x.hostname);
}

void put(schema::RunTask::Builder to, const run_task& x) {
  to.setFramework(as_text(x.framework));
  put(to.initTask(), x.task);
}

void take(schema::RunTask::Reader from, run_task& x) {
  take(from.getFramework(), x.framework);
  take(from.getTask(), x.task);
}

void put(schema::ExecutorUpdate::Builder to, const executor_update& x) {
  to.setFramework(as_text(x.framework));
  to.setExecutor(as_text(x.executor));
  to.setToken(as_text(x.token));
  to.setTask(as_text(x.task));
  to.setNumber(x.number);
  to.setState(static_cast<std::uint16_t>(x.state));
  to.setMessage(as_text(x.message));
  to.setData(as_data(x.data));
  to.setHasExitCode(x.exit_code.has_value());
  to.setExitCode(x.exit_code.value_or(0));
}

void take(schema::ExecutorUpdate::Reader from, executor_update& x) {
  take(from.getFramework(), x.framework);
  take(from.getExecutor(), x.executor);
  take(from.getToken(), x.token);
  take(from.getTask(), x.task);
  x.number = from.getNumber();
  x.state = take_enum<task_state>(from.getState(), task_state_count, "task state");
  take(from.getMessage(), x.message);
  take(from.getData(), x.data);
  x.exit_code.reset();
  if (from.getHasExitCode())
    x.exit_code = from.getExitCode();
}

void put(schema::ShutdownExecutor::Builder to, const shutdown_executor& x) {
  to.setGraceMs(x.grace.count());
}

void take(schema::ShutdownExecutor::Reader from, shutdown_executor& x) {
  x.grace = take_duration(from.getGraceMs());
}

}  // namespace entente::codec
