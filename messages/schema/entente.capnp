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

struct Reservation { role @0 :Text; amount @1 :Resources; }

struct AgentInfo {
  id @0 :Text;
  hostname @1 :Text;
  address @2 :Text;
  total @3 :Resources;
  attributes @4 :List(Pair);
  reservations @5 :List(Reservation);
}

struct FrameworkInfo {
  id @0 :Text;
  name @1 :Text;
  role @2 :Text;
  failoverTimeoutMs @3 :Int64;
  detached @4 :Bool;
  wantsOffers @5 :Bool = true;
  moreRoles @6 :List(Text);
  partitionAware @7 :Bool;
}

struct Offer {
  id @0 :Text;
  framework @1 :Text;
  agent @2 :Text;
  hostname @3 :Text;
  available @4 :Resources;
  attributes @5 :List(Pair);
  role @6 :Text;
  reserved @7 :Resources;
}

struct HealthCheck {
  kind @0 :UInt16; # 0: command, 1: TCP, 2: HTTP
  argv @1 :List(Text);
  port @2 :UInt16;
  path @3 :Text;
  graceMs @4 :Int64;
  intervalMs @5 :Int64;
  timeoutMs @6 :Int64;
  failures @7 :UInt32 = 3;
}

struct Artifact {
  uri @0 :Text;
  sha256 @1 :Text;
  name @2 :Text;
  extract @3 :Bool = true;
  executable @4 :Bool;
}

struct ExecutorInfo {
  id @0 :Text;
  argv @1 :List(Text);
  env @2 :List(Pair);
  registrationTimeoutMs @3 :Int64 = 60000;
  shutdownGraceMs @4 :Int64 = 5000;
}

struct TaskInfo {
  id @0 :Text;
  name @1 :Text;
  argv @2 :List(Text);
  env @3 :List(Pair);
  limits @4 :Resources;
  killGraceMs @5 :Int64;
  hasHealth @6 :Bool;
  health @7 :HealthCheck;
  group @8 :Text;
  artifacts @9 :List(Artifact);
  hasExecutor @10 :Bool;
  executor @11 :ExecutorInfo;
  data @12 :Data;
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
  health @11 :UInt16;
  data @12 :Data;
}

struct TaskEntry {
  id @0 :Text;
  name @1 :Text;
  framework @2 :Text;
  agent @3 :Text;
  hostname @4 :Text;
  limits @5 :Resources;
  last @6 :StatusUpdate;
  grant @7 :Text;
  slot @8 :UInt32;
  role @9 :Text;
  hasUsage @10 :Bool;
  usedCpuMs @11 :Int64;
  usedMemBytes @12 :UInt64;
  usedDiskBytes @13 :UInt64;
}

# -- claims and grants --------------------------------------------------------------

struct Constraint {
  attribute @0 :Text;
  op @1 :UInt16;
  values @2 :List(Text);
}

struct Preference { when @0 :Constraint; weight @1 :UInt32 = 1; }

struct Claim {
  id @0 :Text;
  count @1 :UInt32 = 1;
  maxCount @2 :UInt32;
  slotClass @3 :Text;
  limits @4 :Resources;
  ports @5 :UInt32;
  constraints @6 :List(Constraint);
  layout @7 :UInt16;
  maxPerAgent @8 :UInt32;
  sameAttribute @9 :Text;
  preferences @10 :List(Preference);
  hasWait @11 :Bool;
  waitMs @12 :Int64;
  priority @13 :Int32;
  role @14 :Text;
  preemptible @15 :Bool;
}

struct GrantedSlot {
  agent @0 :Text;
  hostname @1 :Text;
  index @2 :UInt32;
  ports @3 :List(UInt16);
}

struct Grant {
  id @0 :Text;
  claim @1 :Text;
  slotClass @2 :Text;
  limits @3 :Resources;
  slots @4 :List(GrantedSlot);
}

struct GrantMember { agent @0 :Text; slots @1 :UInt32; }

struct HeldSlot {
  index @0 :UInt32;
  ports @1 :List(UInt16);
  releasing @2 :Bool;
}

struct GrantPart {
  round @0 :Text;
  framework @1 :Text;
  claim @2 :Text;
  slotClass @3 :Text;
  limits @4 :Resources;
  slots @5 :List(HeldSlot);
  members @6 :List(GrantMember);
  used @7 :Bool;
  role @8 :Text;
  preemptible @9 :Bool;
}

# -- agreement --------------------------------------------------------------------

struct Solicit {
  round @0 :Text;
  framework @1 :Text;
  limits @2 :Resources;
  ports @3 :UInt32;
  wanted @4 :UInt32 = 1;
  preferences @5 :List(Preference);
  leaseMs @6 :Int64 = 2000;
}

struct Bid {
  round @0 :Text;
  agent @1 :Text;
  slots @2 :UInt32;
  score @3 :UInt32;
  ports @4 :List(UInt16);
  refusal @5 :UInt16;
}

struct Confirm {
  round @0 :Text;
  framework @1 :Text;
  claim @2 :Text;
  slotClass @3 :Text;
  slots @4 :UInt32;
  members @5 :List(GrantMember);
  unusedTimeoutMs @6 :Int64 = 60000;
  role @7 :Text;
  preemptible @8 :Bool;
}

struct Confirmed {
  round @0 :Text;
  agent @1 :Text;
  refusal @2 :UInt16;
  revision @3 :UInt64;
}

struct Release { round @0 :Text; slots @1 :List(UInt32); }

struct Released {
  agent @0 :Text;
  round @1 :Text;
  slots @2 :List(UInt32);
  revision @3 :UInt64;
}

# -- agent and master -------------------------------------------------------------

struct ProtocolRange { oldest @0 :UInt32 = 1; newest @1 :UInt32 = 1; }

struct RegisterAgent {
  info @0 :AgentInfo;
  life @1 :UInt64;
  revision @2 :UInt64;
  tasks @3 :List(TaskEntry);
  parts @4 :List(GrantPart);
  recovered @5 :Bool;
  protocol @6 :ProtocolRange;
}

struct AgentRegistered {
  id @0 :Text;
  release @1 :List(Release);
  abandon @2 :List(KillTask);
  againInMs @3 :Int64 = 15000;
  admitted @4 :Bool = true;
  protocol @5 :ProtocolRange;
}

struct UnregisterAgent { id @0 :Text; }

struct LaunchTasks {
  framework @0 :Text;
  tasks @1 :List(TaskInfo);
  grant @2 :Text;
  slots @3 :List(UInt32);
  role @4 :Text;
}

struct ShutdownFramework { framework @0 :Text; }

# -- framework and master -----------------------------------------------------------

struct Subscribe {
  info @0 :FrameworkInfo;
  revision @1 :UInt64;
  claims @2 :List(Claim);
  grants @3 :List(Text);
  protocol @4 :ProtocolRange;
}

struct Subscribed {
  framework @0 :Text;
  cluster @1 :Text;
  againInMs @2 :Int64 = 15000;
  protocol @3 :ProtocolRange;
}

struct ResourceOffers { offers @0 :List(Offer); }
struct OfferRescinded { offer @0 :Text; }
struct AgentLost { agent @0 :Text; grants @1 :List(Text); }
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

struct ReviveOffers { framework @0 :Text; roles @1 :List(Text); }
struct SuppressOffers { framework @0 :Text; roles @1 :List(Text); }

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

struct ReconcileTasks { framework @0 :Text; tasks @1 :List(Text); }
struct Teardown { framework @0 :Text; }

struct ClaimSlots {
  framework @0 :Text;
  claim @1 :Claim;
  revision @2 :UInt64;
}

struct WithdrawClaim {
  framework @0 :Text;
  claim @1 :Text;
  revision @2 :UInt64;
}

struct ClaimGranted { grant @0 :Grant; }
struct ClaimRefused { claim @0 :Text; reasons @1 :List(Text); }
struct SlotTask { rank @0 :UInt32; task @1 :TaskInfo; }

struct LaunchOnGrant {
  framework @0 :Text;
  grant @1 :Text;
  tasks @2 :List(SlotTask);
}

struct ReleaseGrant {
  framework @0 :Text;
  grant @1 :Text;
  ranks @2 :List(UInt32);
  revision @3 :UInt64;
}

struct GrantEnded { grant @0 :Text; message @1 :Text; }
struct GrantRecalled { grant @0 :Text; message @1 :Text; noticeMs @2 :Int64; }

struct PoolEntry {
  slotClass @0 :Text;
  limits @1 :Resources;
  total @2 :UInt64;
  free @3 :UInt64;
}

struct PoolChanged { classes @0 :List(PoolEntry); }

# -- shares -----------------------------------------------------------------------------

struct SetQuota {
  role @0 :Text;
  guarantee @1 :Resources;
  limit @2 :Resources;
  force @3 :Bool;
}

struct RemoveQuota { role @0 :Text; }
struct SetWeight { role @0 :Text; weight @1 :Float64 = 1; }

struct ReserveResources {
  framework @0 :Text;
  agent @1 :Text;
  role @2 :Text;
  amount @3 :Resources;
}

struct UnreserveResources {
  framework @0 :Text;
  agent @1 :Text;
  role @2 :Text;
  amount @3 :Resources;
}

# -- operators ------------------------------------------------------------------------

struct DrainAgent {
  agent @0 :Text;
  hasDeadline @1 :Bool;
  deadlineMs @2 :Int64;
  markGone @3 :Bool;
}

struct UndrainAgent { agent @0 :Text; }
struct DeactivateAgent { agent @0 :Text; }
struct ReactivateAgent { agent @0 :Text; }

struct MaintenanceWindow {
  name @0 :Text;
  agents @1 :List(Text);
  startsInMs @2 :Int64;
  lastsMs @3 :Int64;
  drainsAheadMs @4 :Int64;
}

struct PlanMaintenance { window @0 :MaintenanceWindow; }
struct CancelMaintenance { name @0 :Text; }

struct Query { what @0 :UInt16; }

struct AgentEntry {
  info @0 :AgentInfo;
  state @1 :UInt16;
  offered @2 :Resources;
  allocated @3 :Resources;
  held @4 :Resources;
  reservations @5 :List(Reservation);
  hasDrainLeft @6 :Bool;
  drainLeftMs @7 :Int64;
}

struct OfferCounts {
  sent @0 :UInt64;
  accepted @1 :UInt64;
  declined @2 :UInt64;
  timedOut @3 :UInt64;
  rescinded @4 :UInt64;
}

struct FrameworkEntry {
  info @0 :FrameworkInfo;
  state @1 :UInt16;
  tasks @2 :UInt64;
  allocated @3 :Resources;
  offers @4 :OfferCounts;
}

struct ClaimEntry {
  claim @0 :Claim;
  framework @1 :Text;
  role @2 :Text;
  state @3 :UInt16;
  granted @4 :UInt32;
  grant @5 :Text;
  attempts @6 :UInt32;
  reasons @7 :List(Text);
}

struct OfferRecord {
  id @0 :Text;
  framework @1 :Text;
  role @2 :Text;
  agent @3 :Text;
  available @4 :Resources;
  outcome @5 :UInt16;
  ageMs @6 :Int64;
  tookMs @7 :Int64;
}

struct RoleEntry {
  name @0 :Text;
  weight @1 :Float64 = 1;
  guarantee @2 :Resources;
  limit @3 :Resources;
  allocated @4 :Resources;
  offered @5 :Resources;
  reserved @6 :Resources;
  dominantShare @7 :Float64;
  frameworks @8 :UInt64;
  claimsWaiting @9 :UInt64;
  preempts @10 :Bool;
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
  claimsWaiting @11 :UInt64;
  grants @12 :UInt64;
}

struct ClusterView {
  summary @0 :ClusterSummary;
  agents @1 :List(AgentEntry);
  frameworks @2 :List(FrameworkEntry);
  tasks @3 :List(TaskEntry);
  offers @4 :List(Offer);
  claims @5 :List(ClaimEntry);
  pool @6 :List(PoolEntry);
  roles @7 :List(RoleEntry);
  offerHistory @8 :List(OfferRecord);
  maintenance @9 :List(MaintenanceWindow);
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
  skipped @3 :UInt64;
}

# -- executors --------------------------------------------------------------------------

struct RegisterExecutor {
  framework @0 :Text;
  executor @1 :Text;
  token @2 :Text;
  tasks @3 :List(Text);
}

struct ExecutorRegistered { agent @0 :Text; hostname @1 :Text; }
struct RunTask { framework @0 :Text; task @1 :TaskInfo; }

struct ExecutorUpdate {
  framework @0 :Text;
  executor @1 :Text;
  token @2 :Text;
  task @3 :Text;
  number @4 :UInt64;
  state @5 :UInt16;
  message @6 :Text;
  data @7 :Data;
  hasExitCode @8 :Bool;
  exitCode @9 :Int32;
}

struct ShutdownExecutor { graceMs @0 :Int64; }
