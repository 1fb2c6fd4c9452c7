#include <boost/test/unit_test.hpp>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "messages/protocol.hpp"

namespace entente::test {

namespace {

template <class Enum>
struct row {
  std::uint16_t number;  ///< on the wire
  Enum value;
  std::string_view name;  ///< in JSON
};

const std::vector<row<task_state>> task_states{
  {0, task_state::staging, "STAGING"},
  {1, task_state::starting, "STARTING"},
  {2, task_state::running, "RUNNING"},
  {3, task_state::killing, "KILLING"},
  {4, task_state::finished, "FINISHED"},
  {5, task_state::failed, "FAILED"},
  {6, task_state::killed, "KILLED"},
  {7, task_state::error, "ERROR"},
  {8, task_state::lost, "LOST"},
  {9, task_state::dropped, "DROPPED"},
  {10, task_state::unreachable, "UNREACHABLE"},
  {11, task_state::gone, "GONE"},
  {12, task_state::gone_by_operator, "GONE_BY_OPERATOR"},
  {13, task_state::unknown, "UNKNOWN"},
};

const std::vector<row<task_reason>> task_reasons{
  {0, task_reason::none, ""},
  {1, task_reason::command_executor_failed, "COMMAND_EXECUTOR_FAILED"},
  {2, task_reason::container_launch_failed, "CONTAINER_LAUNCH_FAILED"},
  {3, task_reason::container_limitation, "CONTAINER_LIMITATION"},
  {4, task_reason::container_limitation_disk, "CONTAINER_LIMITATION_DISK"},
  {5, task_reason::container_limitation_memory, "CONTAINER_LIMITATION_MEMORY"},
  {6, task_reason::container_preempted, "CONTAINER_PREEMPTED"},
  {7, task_reason::container_update_failed, "CONTAINER_UPDATE_FAILED"},
  {8, task_reason::max_completion_time_reached, "MAX_COMPLETION_TIME_REACHED"},
  {9, task_reason::executor_registration_timeout, "EXECUTOR_REGISTRATION_TIMEOUT"},
  {10, task_reason::executor_reregistration_timeout, "EXECUTOR_REREGISTRATION_TIMEOUT"},
  {11, task_reason::executor_terminated, "EXECUTOR_TERMINATED"},
  {12, task_reason::executor_unregistered, "EXECUTOR_UNREGISTERED"},
  {13, task_reason::framework_removed, "FRAMEWORK_REMOVED"},
  {14, task_reason::gc_error, "GC_ERROR"},
  {15, task_reason::invalid_framework_id, "INVALID_FRAMEWORKID"},
  {16, task_reason::invalid_offers, "INVALID_OFFERS"},
  {17, task_reason::io_switchboard_exited, "IO_SWITCHBOARD_EXITED"},
  {18, task_reason::master_disconnected, "MASTER_DISCONNECTED"},
  {19, task_reason::reconciliation, "RECONCILIATION"},
  {20, task_reason::resources_unknown, "RESOURCES_UNKNOWN"},
  {21, task_reason::agent_disconnected, "AGENT_DISCONNECTED"},
  {22, task_reason::agent_draining, "AGENT_DRAINING"},
  {23, task_reason::agent_removed, "AGENT_REMOVED"},
  {24, task_reason::agent_removed_by_operator, "AGENT_REMOVED_BY_OPERATOR"},
  {25, task_reason::agent_reregistered, "AGENT_REREGISTERED"},
  {26, task_reason::agent_restarted, "AGENT_RESTARTED"},
  {27, task_reason::agent_unknown, "AGENT_UNKNOWN"},
  {28, task_reason::task_killed_during_launch, "TASK_KILLED_DURING_LAUNCH"},
  {29, task_reason::task_check_status_updated, "TASK_CHECK_STATUS_UPDATED"},
  {30, task_reason::task_health_check_status_updated, "TASK_HEALTH_CHECK_STATUS_UPDATED"},
  {31, task_reason::task_group_invalid, "TASK_GROUP_INVALID"},
  {32, task_reason::task_group_unauthorized, "TASK_GROUP_UNAUTHORIZED"},
  {33, task_reason::task_invalid, "TASK_INVALID"},
  {34, task_reason::task_unauthorized, "TASK_UNAUTHORIZED"},
  {35, task_reason::task_unknown, "TASK_UNKNOWN"},
};

const std::vector<row<agent_state>> agent_states{
  {0, agent_state::registered, "registered"},
  {1, agent_state::disconnected, "disconnected"},
  {2, agent_state::unreachable, "unreachable"},
  {3, agent_state::draining, "draining"},
  {4, agent_state::drained, "drained"},
  {5, agent_state::deactivated, "deactivated"},
  {6, agent_state::gone, "gone"},
};

const std::vector<row<framework_state>> framework_states{
  {0, framework_state::active, "active"},
  {1, framework_state::disconnected, "disconnected"},
  {2, framework_state::completed, "completed"},
};

const std::vector<row<constraint_op>> constraint_ops{
  {0, constraint_op::equals, "=="},  {1, constraint_op::not_equals, "!="},
  {2, constraint_op::in, "in"},      {3, constraint_op::exists, "exists"},
  {4, constraint_op::matches, "=~"}, {5, constraint_op::less, "<"},
  {6, constraint_op::greater, ">"},
};

const std::vector<row<placement>> placements{
  {0, placement::any, "any"},
  {1, placement::pack, "pack"},
  {2, placement::spread, "spread"},
};

const std::vector<row<bid_refusal>> bid_refusals{
  {0, bid_refusal::none, ""},
  {1, bid_refusal::no_room, "has no room"},
  {2, bid_refusal::no_ports, "has no free ports"},
  {3, bid_refusal::draining, "is draining"},
  {4, bid_refusal::stale, "was too late"},
  {5, bid_refusal::no_answer, "did not answer"},
  {6, bid_refusal::lost, "was lost"},
  {7, bid_refusal::cannot_write, "cannot write to its disk"},
};

const std::vector<row<claim_state>> claim_states{
  {0, claim_state::waiting, "waiting"},     {1, claim_state::agreeing, "agreeing"},
  {2, claim_state::granted, "granted"},     {3, claim_state::refused, "refused"},
  {4, claim_state::withdrawn, "withdrawn"}, {5, claim_state::ended, "ended"},
};

const std::vector<row<offer_outcome>> offer_outcomes{
  {0, offer_outcome::open, "open"},           {1, offer_outcome::accepted, "accepted"},
  {2, offer_outcome::declined, "declined"},   {3, offer_outcome::timed_out, "timed_out"},
  {4, offer_outcome::rescinded, "rescinded"},
};

template <class Enum>
void check_rows(const std::vector<row<Enum>>& rows, std::uint16_t count) {
  BOOST_CHECK_EQUAL(rows.size(), count);
  std::set<std::string_view> names;
  for (const auto& row : rows) {
    BOOST_CHECK_EQUAL(static_cast<std::uint16_t>(row.value), row.number);
    BOOST_CHECK_EQUAL(to_string(row.value), row.name);
    BOOST_CHECK_MESSAGE(names.insert(row.name).second, row.name << " is there twice");
  }
}

template <class T>
int number_of() {
  return caf::type_id_v<T> - caf::first_custom_type_id;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(names)

BOOST_AUTO_TEST_CASE(task_states_keep_their_numbers_and_names) {
  check_rows(task_states, task_state_count);
}

BOOST_AUTO_TEST_CASE(task_reasons_keep_their_numbers_and_names) {
  check_rows(task_reasons, task_reason_count);
}

BOOST_AUTO_TEST_CASE(agent_states_keep_their_numbers_and_names) {
  check_rows(agent_states, agent_state_count);
}

BOOST_AUTO_TEST_CASE(framework_states_keep_their_numbers_and_names) {
  check_rows(framework_states, framework_state_count);
}

BOOST_AUTO_TEST_CASE(constraint_operators_keep_their_numbers_and_names) {
  check_rows(constraint_ops, constraint_op_count);
}

BOOST_AUTO_TEST_CASE(placements_keep_their_numbers_and_names) {
  check_rows(placements, placement_count);
}

BOOST_AUTO_TEST_CASE(refusals_keep_their_numbers_and_names) {
  check_rows(bid_refusals, bid_refusal_count);
}

BOOST_AUTO_TEST_CASE(claim_states_keep_their_numbers_and_names) {
  check_rows(claim_states, claim_state_count);
}

BOOST_AUTO_TEST_CASE(outcomes_of_offers_keep_their_numbers_and_names) {
  check_rows(offer_outcomes, offer_outcome_count);
}

BOOST_AUTO_TEST_CASE(a_number_without_a_name_is_unknown) {
  BOOST_CHECK_EQUAL(to_string(static_cast<task_state>(task_state_count)), "UNKNOWN");
  BOOST_CHECK_EQUAL(to_string(static_cast<task_reason>(0xffff)), "UNKNOWN");
}

BOOST_AUTO_TEST_CASE(listings_and_streams_keep_their_numbers) {
  BOOST_CHECK_EQUAL(static_cast<int>(listing::summary), 0);
  BOOST_CHECK_EQUAL(static_cast<int>(listing::agents), 1);
  BOOST_CHECK_EQUAL(static_cast<int>(listing::frameworks), 2);
  BOOST_CHECK_EQUAL(static_cast<int>(listing::tasks), 3);
  BOOST_CHECK_EQUAL(static_cast<int>(listing::offers), 4);
  BOOST_CHECK_EQUAL(static_cast<int>(listing::claims), 5);
  BOOST_CHECK_EQUAL(static_cast<int>(listing::pool), 6);
  BOOST_CHECK_EQUAL(static_cast<int>(listing::roles), 7);
  BOOST_CHECK_EQUAL(static_cast<int>(listing::offer_history), 8);
  BOOST_CHECK_EQUAL(static_cast<int>(output_stream::out), 0);
  BOOST_CHECK_EQUAL(static_cast<int>(output_stream::err), 1);
}

BOOST_AUTO_TEST_CASE(a_task_that_ended_is_in_a_terminal_state) {
  std::string terminal;
  for (const auto& row : task_states)
    if (is_terminal(row.value))
      terminal += std::string{row.name} + ' ';
  BOOST_CHECK_EQUAL(terminal, "FINISHED FAILED KILLED ERROR LOST DROPPED GONE GONE_BY_OPERATOR ");
}

BOOST_AUTO_TEST_CASE(message_types_keep_their_numbers) {
  BOOST_CHECK_EQUAL(number_of<register_agent>(), 0);
  BOOST_CHECK_EQUAL(number_of<agent_registered>(), 1);
  BOOST_CHECK_EQUAL(number_of<unregister_agent>(), 2);
  BOOST_CHECK_EQUAL(number_of<launch_tasks>(), 3);
  BOOST_CHECK_EQUAL(number_of<shutdown_framework>(), 4);
  BOOST_CHECK_EQUAL(number_of<subscribe>(), 5);
  BOOST_CHECK_EQUAL(number_of<subscribed>(), 6);
  BOOST_CHECK_EQUAL(number_of<resource_offers>(), 7);
  BOOST_CHECK_EQUAL(number_of<offer_rescinded>(), 8);
  BOOST_CHECK_EQUAL(number_of<agent_lost>(), 9);
  BOOST_CHECK_EQUAL(number_of<framework_error>(), 10);
  BOOST_CHECK_EQUAL(number_of<accept_offers>(), 11);
  BOOST_CHECK_EQUAL(number_of<decline_offers>(), 12);
  BOOST_CHECK_EQUAL(number_of<revive_offers>(), 13);
  BOOST_CHECK_EQUAL(number_of<suppress_offers>(), 14);
  BOOST_CHECK_EQUAL(number_of<kill_task>(), 15);
  BOOST_CHECK_EQUAL(number_of<acknowledge>(), 16);
  BOOST_CHECK_EQUAL(number_of<teardown>(), 17);
  BOOST_CHECK_EQUAL(number_of<status_update>(), 18);
  BOOST_CHECK_EQUAL(number_of<query>(), 19);
  BOOST_CHECK_EQUAL(number_of<cluster_view>(), 20);
  BOOST_CHECK_EQUAL(number_of<read_output>(), 21);
  BOOST_CHECK_EQUAL(number_of<output_chunk>(), 22);
  BOOST_CHECK_EQUAL(number_of<agent_actor>(), 23);
  BOOST_CHECK_EQUAL(number_of<scheduler_actor>(), 24);
  BOOST_CHECK_EQUAL(number_of<solicit>(), 25);
  BOOST_CHECK_EQUAL(number_of<bid>(), 26);
  BOOST_CHECK_EQUAL(number_of<confirm>(), 27);
  BOOST_CHECK_EQUAL(number_of<confirmed>(), 28);
  BOOST_CHECK_EQUAL(number_of<release>(), 29);
  BOOST_CHECK_EQUAL(number_of<released>(), 30);
  BOOST_CHECK_EQUAL(number_of<claim_slots>(), 31);
  BOOST_CHECK_EQUAL(number_of<withdraw_claim>(), 32);
  BOOST_CHECK_EQUAL(number_of<claim_granted>(), 33);
  BOOST_CHECK_EQUAL(number_of<claim_refused>(), 34);
  BOOST_CHECK_EQUAL(number_of<launch_on_grant>(), 35);
  BOOST_CHECK_EQUAL(number_of<release_grant>(), 36);
  BOOST_CHECK_EQUAL(number_of<grant_ended>(), 37);
  BOOST_CHECK_EQUAL(number_of<pool_changed>(), 38);
  BOOST_CHECK_EQUAL(number_of<master_for_agents>(), 39);
  BOOST_CHECK_EQUAL(number_of<master_for_frameworks>(), 40);
  BOOST_CHECK_EQUAL(number_of<grant_recalled>(), 41);
  BOOST_CHECK_EQUAL(number_of<set_quota>(), 42);
  BOOST_CHECK_EQUAL(number_of<remove_quota>(), 43);
  BOOST_CHECK_EQUAL(number_of<set_weight>(), 44);
  BOOST_CHECK_EQUAL(number_of<reserve_resources>(), 45);
  BOOST_CHECK_EQUAL(number_of<unreserve_resources>(), 46);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
