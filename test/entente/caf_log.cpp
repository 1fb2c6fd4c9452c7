// The actor library's log as events.
#include "apps/common/caf_log.hpp"

#include <boost/test/unit_test.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/init_global_meta_objects.hpp>
#include <caf/send.hpp>
#include <mutex>
#include <stdexcept>
#include <vector>

namespace entente::test {

namespace {

/// Keeps what it is told.
struct notebook {
  event_log log() {
    return {"caf", std::make_shared<std::atomic<log_level>>(log_level::warn),
            [this](const log_event& x) {
              std::scoped_lock lock{mutex};
              events.push_back(x);
            }};
  }

  std::mutex mutex;
  std::vector<log_event> events;
};

caf::behavior clumsy(caf::event_based_actor*) {
  return {[](int) -> void { throw std::runtime_error{"over\nboard"}; }};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(caf_log)

BOOST_AUTO_TEST_CASE(a_line_of_CAF_becomes_an_event_of_its_severity) {
  auto x = event_of_caf("WARN caf_net actor12 cannot do it: 7 = 7");
  BOOST_CHECK(
    (x ==
     log_event{log_level::warn,
               "message",
               {{"component", "caf_net"}, {"actor", "actor12"}, {"text", "cannot do it: 7 = 7"}}}));
  BOOST_CHECK((event_of_caf("DEBUG").severity == log_level::debug));
}

// An agent that is stopped in order has no errors in its log.
BOOST_AUTO_TEST_CASE(what_CAF_says_at_the_end_of_every_process_is_no_error) {
  auto x = event_of_caf("ERROR caf actor4 activate called on a terminated actor");
  BOOST_CHECK(x.severity == log_level::debug);
}

BOOST_AUTO_TEST_CASE(any_other_line_is_a_complaint) {
  auto x = event_of_caf("*** unexpected message");
  BOOST_CHECK(
    (x == log_event{log_level::error, "complaint", {{"text", "*** unexpected message"}}}));
}

BOOST_AUTO_TEST_CASE(an_actor_that_throws_is_in_the_log_and_not_on_stdout) {
  caf::core::init_global_meta_objects();
  notebook told;
  {
    caf::actor_system_config config;
    entente::caf_log log{config, told.log()};
    caf::actor_system system{config};
    log.take_complaints_of(system);
    auto actor = system.spawn(clumsy);
    caf::anon_send(actor, 1);
  }
  BOOST_REQUIRE_GE(told.events.size(), 1u);
  const auto& x = told.events.front();
  BOOST_CHECK_EQUAL(x.name, "complaint");
  BOOST_CHECK_EQUAL(x.part, "caf");
  BOOST_CHECK_NE(x.fields.at(0).second.find("unhandled exception"), std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
