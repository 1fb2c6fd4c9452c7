// Checkpoints on disk: the schema is schema/checkpoint.capnp.
#include <algorithm>
#include <capnp/message.h>
#include <capnp/serialize.h>
#include <cstring>
#include <kj/exception.h>

#include "messages/checkpoint.hpp"
#include "messages/codec_values.hpp"
#include "messages/overloaded.hpp"
#include "messages/schema/checkpoint.capnp.h"

namespace entente {

namespace codec {

/// Values of this process may come from where no message was read.
static std::int64_t put_duration(std::chrono::milliseconds x) {
  constexpr std::chrono::milliseconds longest = std::chrono::hours{24 * 365 * 100};
  return std::clamp(x, std::chrono::milliseconds{0}, longest).count();
}

static void put(schema::AgentCheckpoint::Builder to, const agent_checkpoint& x) {
  put(to.initInfo(), x.info);
  to.setLife(x.life);
  to.setBootId(as_text(x.boot_id));
}

static void take(schema::AgentCheckpoint::Reader from, agent_checkpoint& x) {
  take(from.getInfo(), x.info);
  x.life = from.getLife();
  take(from.getBootId(), x.boot_id);
}

static void put(schema::TaskLaunched::Builder to, const task_launched& x) {
  to.setFramework(as_text(x.framework));
  put(to.initTask(), x.task);
  to.getTask().setKillGraceMs(put_duration(x.task.kill_grace));
  to.setGrant(as_text(x.grant));
  to.setSlot(x.slot);
  to.setRole(as_text(x.role));
}

static void take(schema::TaskLaunched::Reader from, task_launched& x) {
  take(from.getFramework(), x.framework);
  take(from.getTask(), x.task);
  take(from.getGrant(), x.grant);
  x.slot = from.getSlot();
  take(from.getRole(), x.role);
}

static void put(schema::TaskProgress::Builder to, const task_progress& x) {
  to.setFramework(as_text(x.framework));
  to.setTask(as_text(x.task));
  put(to.initLast(), x.last);
  put_all(to.initWaiting(x.waiting.size()), x.waiting);
  to.setStarted(x.started);
  to.setAbandoned(x.abandoned);
  to.setHasKillReason(x.kill_reason.has_value());
  to.setKillReason(static_cast<std::uint16_t>(x.kill_reason.value_or(task_reason::none)));
  to.setKillGraceMs(put_duration(x.kill_grace));
}

static void take(schema::TaskProgress::Reader from, task_progress& x) {
  take(from.getFramework(), x.framework);
  take(from.getTask(), x.task);
  take(from.getLast(), x.last);
  take_all(from.getWaiting(), x.waiting);
  x.started = from.getStarted();
  x.abandoned = from.getAbandoned();
  if (from.getHasKillReason())
    x.kill_reason = take_enum<task_reason>(from.getKillReason(), task_reason_count, "task reason");
  x.kill_grace = take_duration(from.getKillGraceMs());
}

static void put(schema::TaskForgotten::Builder to, const task_forgotten& x) {
  to.setFramework(as_text(x.framework));
  to.setTask(as_text(x.task));
}

static void take(schema::TaskForgotten::Reader from, task_forgotten& x) {
  take(from.getFramework(), x.framework);
  take(from.getTask(), x.task);
}

static void put(schema::PartConfirmed::Builder to, const part_confirmed& x) {
  put(to.initPart(), x.part);
  to.setConfirmedSlots(x.confirmed_slots);
  to.setUnusedTimeoutMs(put_duration(x.unused_timeout));
  to.setRevision(x.revision);
}

static void take(schema::PartConfirmed::Reader from, part_confirmed& x) {
  take(from.getPart(), x.part);
  x.confirmed_slots = from.getConfirmedSlots();
  x.unused_timeout = take_duration(from.getUnusedTimeoutMs());
  x.revision = from.getRevision();
}

static void put(schema::PartEnded::Builder to, const part_ended& x) {
  to.setRound(as_text(x.round));
}

static void take(schema::PartEnded::Reader from, part_ended& x) {
  take(from.getRound(), x.round);
}

static void put(schema::RevisionCeiling::Builder to, const revision_ceiling& x) {
  to.setRevision(x.revision);
}

static void take(schema::RevisionCeiling::Reader from, revision_ceiling& x) {
  x.revision = from.getRevision();
}

static void put(schema::Checkpoint::Builder to, const checkpoint& x) {
  std::visit(overloaded{[&](const agent_checkpoint& y) { put(to.initAgent(), y); },
                        [&](const task_launched& y) { put(to.initTaskLaunched(), y); },
                        [&](const task_progress& y) { put(to.initTaskProgress(), y); },
                        [&](const task_forgotten& y) { put(to.initTaskForgotten(), y); },
                        [&](const part_confirmed& y) { put(to.initPartConfirmed(), y); },
                        [&](const part_ended& y) { put(to.initPartEnded(), y); },
                        [&](const revision_ceiling& y) { put(to.initRevisionCeiling(), y); }},
             x);
}

template <class T, class Reader>
static checkpoint take_one(Reader from) {
  T x;
  take(from, x);
  return x;
}

static checkpoint take(schema::Checkpoint::Reader from) {
  switch (from.which()) {
  case schema::Checkpoint::AGENT:
    return take_one<agent_checkpoint>(from.getAgent());
  case schema::Checkpoint::TASK_LAUNCHED:
    return take_one<task_launched>(from.getTaskLaunched());
  case schema::Checkpoint::TASK_PROGRESS:
    return take_one<task_progress>(from.getTaskProgress());
  case schema::Checkpoint::TASK_FORGOTTEN:
    return take_one<task_forgotten>(from.getTaskForgotten());
  case schema::Checkpoint::PART_CONFIRMED:
    return take_one<part_confirmed>(from.getPartConfirmed());
  case schema::Checkpoint::PART_ENDED:
    return take_one<part_ended>(from.getPartEnded());
  case schema::Checkpoint::REVISION_CEILING:
    return take_one<revision_ceiling>(from.getRevisionCeiling());
  case schema::Checkpoint::NONE:
    break;
  }
  throw invalid_value{"a checkpoint of a kind that this version does not know"};
}

/// As for messages: what `take` reads once is never longer to read than it is.
static capnp::ReaderOptions limits_for(std::size_t words) {
  capnp::ReaderOptions options;
  options.traversalLimitInWords = words;
  options.nestingLimit = 16;
  return options;
}

}  // namespace codec

std::string encode(const checkpoint& x) {
  capnp::MallocMessageBuilder message;
  codec::put(message.initRoot<schema::Checkpoint>(), x);
  auto words = capnp::messageToFlatArray(message);
  auto chars = words.asChars();
  return {chars.begin(), chars.size()};
}

std::variant<checkpoint, checkpoint_error> decode_checkpoint(std::string_view bytes) {
  if (bytes.size() % sizeof(capnp::word) != 0 || bytes.size() > max_checkpoint_size)
    return checkpoint_error{"not a checkpoint: size out of bounds"};
  // Cap'n Proto wants aligned words.
  auto words = kj::heapArray<capnp::word>(bytes.size() / sizeof(capnp::word));
  if (!bytes.empty())
    std::memcpy(words.asBytes().begin(), bytes.data(), bytes.size());
  try {
    capnp::FlatArrayMessageReader message{words, codec::limits_for(words.size())};
    return codec::take(message.getRoot<schema::Checkpoint>());
  } catch (const kj::Exception& ex) {
    return checkpoint_error{std::string{"not a checkpoint: "} + ex.getDescription().cStr()};
  } catch (const codec::invalid_value& ex) {
    return checkpoint_error{std::string{"not a checkpoint: "} + ex.what()};
  }
}

}  // namespace entente
