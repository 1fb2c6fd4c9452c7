# What an agent writes down of itself, on its disk. The rules of entente.capnp hold here too.
@0xe2b94c6f10d7a835;

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("entente::schema");

using Entente = import "entente.capnp";

struct AgentCheckpoint {
  info @0 :Entente.AgentInfo;
  life @1 :UInt64;
  bootId @2 :Text;
}

struct TaskLaunched {
  framework @0 :Text;
  task @1 :Entente.TaskInfo;
  grant @2 :Text;
  slot @3 :UInt32;
  role @4 :Text;
}

struct TaskProgress {
  framework @0 :Text;
  task @1 :Text;
  last @2 :Entente.StatusUpdate;
  waiting @3 :List(Entente.StatusUpdate);
  started @4 :Bool;
  abandoned @5 :Bool;
  hasKillReason @6 :Bool;
  killReason @7 :UInt16;
  killGraceMs @8 :Int64;
}

struct TaskForgotten { framework @0 :Text; task @1 :Text; }

struct PartConfirmed {
  part @0 :Entente.GrantPart;
  confirmedSlots @1 :UInt32;
  unusedTimeoutMs @2 :Int64;
  revision @3 :UInt64;
}

struct PartEnded { round @0 :Text; }

struct RevisionCeiling { revision @0 :UInt64; }

struct Checkpoint {
  union {
    none @0 :Void;
    agent @1 :AgentCheckpoint;
    taskLaunched @2 :TaskLaunched;
    taskProgress @3 :TaskProgress;
    taskForgotten @4 :TaskForgotten;
    partConfirmed @5 :PartConfirmed;
    partEnded @6 :PartEnded;
    revisionCeiling @7 :RevisionCeiling;
  }
}
