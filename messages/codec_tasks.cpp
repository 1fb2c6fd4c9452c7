#include "messages/codec_values.hpp"
#include "messages/overloaded.hpp"

namespace entente::codec {

namespace {

constexpr std::uint16_t probe_kinds = 3;

void take_probe(schema::HealthCheck::Reader from, health_check& x) {
  switch (from.getKind()) {
  case 0:
    take_all(from.getArgv(), x.probe.emplace<command_probe>().argv);
    return;
  case 1:
    x.probe = tcp_probe{from.getPort()};
    return;
  default:
    x.probe = http_probe{from.getPort(), text(from.getPath())};
  }
}

}  // namespace

void put(schema::HealthCheck::Builder to, const health_check& x) {
  to.setKind(static_cast<std::uint16_t>(x.probe.index()));
  std::visit(overloaded{[&](const command_probe& probe) {
                          put_texts(to.initArgv(probe.argv.size()), probe.argv);
                        },
                        [&](const tcp_probe& probe) { to.setPort(probe.port); },
                        [&](const http_probe& probe) {
                          to.setPort(probe.port);
                          to.setPath(as_text(probe.path));
                        }},
             x.probe);
  to.setGraceMs(x.grace.count());
  to.setIntervalMs(x.interval.count());
  to.setTimeoutMs(x.timeout.count());
  to.setFailures(x.failures);
}

void take(schema::HealthCheck::Reader from, health_check& x) {
  if (from.getKind() >= probe_kinds)
    throw invalid_value{"unknown kind of health check"};
  take_probe(from, x);
  x.grace = take_duration(from.getGraceMs());
  x.interval = take_duration(from.getIntervalMs());
  x.timeout = take_duration(from.getTimeoutMs());
  x.failures = from.getFailures();
}

void put(schema::Artifact::Builder to, const artifact& x) {
  to.setUri(as_text(x.uri));
  to.setSha256(as_text(x.sha256));
  to.setName(as_text(x.name));
  to.setExtract(x.extract);
  to.setExecutable(x.executable);
}

void take(schema::Artifact::Reader from, artifact& x) {
  take(from.getUri(), x.uri);
  take(from.getSha256(), x.sha256);
  take(from.getName(), x.name);
  x.extract = from.getExtract();
  x.executable = from.getExecutable();
}

void put(schema::ExecutorInfo::Builder to, const executor_info& x) {
  to.setId(as_text(x.id));
  put_texts(to.initArgv(x.argv.size()), x.argv);
  put_pairs(to.initEnv(x.env.size()), x.env);
  to.setRegistrationTimeoutMs(x.registration_timeout.count());
  to.setShutdownGraceMs(x.shutdown_grace.count());
}

void take(schema::ExecutorInfo::Reader from, executor_info& x) {
  take(from.getId(), x.id);
  take_all(from.getArgv(), x.argv);
  take_pairs(from.getEnv(), x.env);
  x.registration_timeout = take_duration(from.getRegistrationTimeoutMs());
  x.shutdown_grace = take_duration(from.getShutdownGraceMs());
}

void put(schema::TaskInfo::Builder to, const task_info& x) {
  to.setId(as_text(x.id));
  to.setName(as_text(x.name));
  put_texts(to.initArgv(x.argv.size()), x.argv);
  put_pairs(to.initEnv(x.env.size()), x.env);
  put(to.initLimits(), x.limits);
  to.setKillGraceMs(x.kill_grace.count());
  to.setHasHealth(x.health.has_value());
  if (x.health)
    put(to.initHealth(), *x.health);
  to.setGroup(as_text(x.group));
  put_all(to.initArtifacts(x.artifacts.size()), x.artifacts);
  to.setHasExecutor(x.executor.has_value());
  if (x.executor)
    put(to.initExecutor(), *x.executor);
  to.setData(as_data(x.data));
}

void take(schema::TaskInfo::Reader from, task_info& x) {
  take(from.getId(), x.id);
  take(from.getName(), x.name);
  take_all(from.getArgv(), x.argv);
  take_pairs(from.getEnv(), x.env);
  take(from.getLimits(), x.limits);
  x.kill_grace = take_duration(from.getKillGraceMs());
  x.health.reset();
  if (from.getHasHealth())
    take(from.getHealth(), x.health.emplace());
  take(from.getGroup(), x.group);
  take_all(from.getArtifacts(), x.artifacts);
  x.executor.reset();
  if (from.getHasExecutor())
    take(from.getExecutor(), x.executor.emplace());
  take(from.getData(), x.data);
}

void put(schema::StatusUpdate::Builder to, const status_update& x) {
  to.setFramework(as_text(x.framework));
  to.setAgent(as_text(x.agent));
  to.setTask(as_text(x.task));
  to.setSequence(x.sequence);
  to.setState(static_cast<std::uint16_t>(x.state));
  to.setReason(static_cast<std::uint16_t>(x.reason));
  to.setMessage(as_text(x.message));
  to.setHasExitCode(x.exit_code.has_value());
  to.setExitCode(x.exit_code.value_or(0));
  to.setHasSignal(x.signal.has_value());
  to.setSignal(x.signal.value_or(0));
  to.setHealth(static_cast<std::uint16_t>(x.health));
  to.setData(as_data(x.data));
}

void take(schema::StatusUpdate::Reader from, status_update& x) {
  take(from.getFramework(), x.framework);
  take(from.getAgent(), x.agent);
  take(from.getTask(), x.task);
  x.sequence = from.getSequence();
  x.state = take_enum<task_state>(from.getState(), task_state_count, "task state");
  x.reason = take_enum<task_reason>(from.getReason(), task_reason_count, "task reason");
  take(from.getMessage(), x.message);
  x.exit_code.reset();
  if (from.getHasExitCode())
    x.exit_code = from.getExitCode();
  x.signal.reset();
  if (from.getHasSignal())
    x.signal = from.getSignal();
  x.health = take_enum<task_health>(from.getHealth(), task_health_count, "task health");
  take(from.getData(), x.data);
}

void put(schema::TaskEntry::Builder to, const task_entry& x) {
  to.setId(as_text(x.id));
  to.setName(as_text(x.name));
  to.setFramework(as_text(x.framework));
  to.setAgent(as_text(x.agent));
  to.setHostname(as_text(x.hostname));
  put(to.initLimits(), x.limits);
  put(to.initLast(), x.last);
  to.setGrant(as_text(x.grant));
  to.setSlot(x.slot);
  to.setRole(as_text(x.role));
  auto usage = x.usage.value_or(task_usage{});
  to.setHasUsage(x.usage.has_value());
  to.setUsedCpuMs(usage.cpu.count());
  to.setUsedMemBytes(usage.mem_bytes);
  to.setUsedDiskBytes(usage.disk_bytes);
}

void take(schema::TaskEntry::Reader from, task_entry& x) {
  take(from.getId(), x.id);
  take(from.getName(), x.name);
  take(from.getFramework(), x.framework);
  take(from.getAgent(), x.agent);
  take(from.getHostname(), x.hostname);
  take(from.getLimits(), x.limits);
  take(from.getLast(), x.last);
  take(from.getGrant(), x.grant);
  x.slot = from.getSlot();
  take(from.getRole(), x.role);
  x.usage.reset();
  if (from.getHasUsage())
    x.usage = {take_duration(from.getUsedCpuMs()), from.getUsedMemBytes(), from.getUsedDiskBytes()};
}

}  // namespace entente::codec
