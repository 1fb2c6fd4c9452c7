# What parties say to each other, on the wire and on disk.
#
# Rules: fields are only ever added, with the next number; none is removed, renumbered or given
# another type. Enumerations travel as numbers (their order is in the headers). Durations are in
# milliseconds, scalars of resources in thousandths.
@0xc1f3a7d25b9e4860;

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("entente::schema");

# -- values ---------------------------------------------------------------------

struct Scalar { name @0 :Text; milli @1 :Int64; }
struct Range { begin @0 :UInt64; end @1 :UInt64; }
struct Ranges { name @0 :Text; ranges @1 :List(Range); }
struct Items { name @0 :Text; items @1 :List(Text); }

struct Resources {
  scalars @0 :List(Scalar);
  ranges @1 :List(Ranges);
  sets @2 :List(Items);
}

struct Pair { key @0 :Text; value @1 :Text; }

struct AgentInfo {
  id @0 :Text;
  hostname @1 :Text;
  address @2 :Text;
  total @3 :Resources;
  attributes @4 :List(Pair);
}

struct FrameworkInfo {
  id @0 :Text;
  name @1 :Text;
  role @2 :Text;
  failoverTimeoutMs @3 :Int64;
  detached @4 :Bool;
}

struct Offer {
  id @0 :Text;
  framework @1 :Text;
  agent @2 :Text;
  hostname @3 :Text;
  available @4 :Resources;
  attributes @5 :List(Pair);
}

struct TaskInfo {
  id @0 :Text;
  name @1 :Text;
  argv @2 :List(Text);
  env @3 :List(Pair);
  limits @4 :Resources;
  killGraceMs @5 :Int64;
}

struct StatusUpdate {
  framework @0 :Text;
  agent @1 :Text;
  task @2 :Text;
  sequence @3 :UInt64;
  state @4 :UInt16;
  reason @5 :UInt16;
  message @6 :Text;
  hasExitCode @7 :Bool;
  exitCode @8 :Int32;
  hasSignal @9 :Bool;
  signal @10 :Int32;
}

# -- agent and master -------------------------------------------------------------

struct RegisterAgent { info @0 :AgentInfo; }
struct AgentRegistered { id @0 :Text; }
struct UnregisterAgent { id @0 :Text; }
struct LaunchTasks { framework @0 :Text; tasks @1 :List(TaskInfo); }
struct ShutdownFramework { framework @0 :Text; }

# -- framework and master -----------------------------------------------------------

struct Subscribe { info @0 :FrameworkInfo; }
struct Subscribed { framework @0 :Text; cluster @1 :Text; }
struct ResourceOffers { offers @0 :List(Offer); }
struct OfferRescinded { offer @0 :Text; }
struct AgentLost { agent @0 :Text; }
struct FrameworkError { message @0 :Text; }

struct AcceptOffers {
  framework @0 :Text;
  offers @1 :List(Text);
  tasks @2 :List(TaskInfo);
  filterMs @3 :Int64;
}

struct DeclineOffers {
  framework @0 :Text;
  offers @1 :List(Text);
  filterMs @2 :Int64;
}

struct ReviveOffers { framework @0 :Text; }
struct SuppressOffers { framework @0 :Text; }

struct KillTask {
  framework @0 :Text;
  task @1 :Text;
  hasGrace @2 :Bool;
  graceMs @3 :Int64;
}

struct Acknowledge {
  framework @0 :Text;
  agent @1 :Text;
  task @2 :Text;
  sequence @3 :UInt64;
}

struct Teardown { framework @0 :Text; }

# -- operators ------------------------------------------------------------------------

struct Query { what @0 :UInt16; }

struct AgentEntry {
  info @0 :AgentInfo;
  state @1 :UInt16;
  offered @2 :Resources;
  allocated @3 :Resources;
}

struct FrameworkEntry {
  info @0 :FrameworkInfo;
  state @1 :UInt16;
  tasks @2 :UInt64;
  allocated @3 :Resources;
}

struct TaskEntry {
  id @0 :Text;
  name @1 :Text;
  framework @2 :Text;
  agent @3 :Text;
  hostname @4 :Text;
  limits @5 :Resources;
  last @6 :StatusUpdate;
}

struct ClusterSummary {
  cluster @0 :Text;
  version @1 :Text;
  agents @2 :UInt64;
  frameworks @3 :UInt64;
  tasksActive @4 :UInt64;
  tasksFinished @5 :UInt64;
  tasksFailed @6 :UInt64;
  offers @7 :UInt64;
  total @8 :Resources;
  offered @9 :Resources;
  allocated @10 :Resources;
}

struct ClusterView {
  summary @0 :ClusterSummary;
  agents @1 :List(AgentEntry);
  frameworks @2 :List(FrameworkEntry);
  tasks @3 :List(TaskEntry);
  offers @4 :List(Offer);
}

struct ReadOutput {
  framework @0 :Text;
  task @1 :Text;
  stream @2 :UInt16;
  offset @3 :UInt64;
  maxBytes @4 :UInt32;
}

struct OutputChunk {
  bytes @0 :Data;
  fileSize @1 :UInt64;
  ended @2 :Bool;
}
