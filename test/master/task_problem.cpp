// Tasks that no agent could run.
#include "actors/master/task_problem.hpp"

#include <boost/test/unit_test.hpp>

namespace entente::test {

namespace {

using namespace std::chrono_literals;

const std::string sum(64, 'a');

task_info sound() {
  task_info x;
  x.id = task_id{"t"};
  x.argv = {"true"};
  x.limits = std::get<resources>(resources::parse("cpus:1"));
  return x;
}

/// What is wrong with a task that was sound before this was done to it.
template <class Change>
std::string after(Change change) {
  auto x = sound();
  change(x);
  return problem_of(x).value_or("");
}

std::string with_check(health_check check) {
  return after([&](task_info& x) { x.health = std::move(check); });
}

std::string with_artifact(artifact file) {
  return after([&](task_info& x) { x.artifacts = {std::move(file)}; });
}

}  // namespace

BOOST_AUTO_TEST_SUITE(task_problem)

BOOST_AUTO_TEST_CASE(a_task_needs_an_id_a_command_and_resources) {
  BOOST_CHECK_EQUAL(after([](auto&) {}), "");
  BOOST_CHECK_EQUAL(after([](auto& x) { x.id = {}; }), "a task needs an id");
  BOOST_CHECK_EQUAL(after([](auto& x) { x.argv.clear(); }), "a task needs a command");
  BOOST_CHECK_EQUAL(after([](auto& x) { x.argv = {""}; }), "a task needs a command");
  BOOST_CHECK_EQUAL(after([](auto& x) { x.limits = {}; }), "a task needs resources");
}

BOOST_AUTO_TEST_CASE(a_task_of_an_executor_needs_no_command_but_the_executor_does) {
  auto with_executor = [](executor_info executor) {
    return after([&](task_info& x) {
      x.argv.clear();
      x.executor = std::move(executor);
    });
  };
  BOOST_CHECK_EQUAL(with_executor({executor_id{"e"}, {"run"}, {}}), "");
  BOOST_CHECK_EQUAL(with_executor({{}, {"run"}, {}}), "its executor needs an id");
  BOOST_CHECK_EQUAL(with_executor({executor_id{"e"}, {}, {}}), "its executor needs a command");
  BOOST_CHECK(with_executor({executor_id{"e"}, {"run"}, {{"A=B", ""}}}) != "");
}

BOOST_AUTO_TEST_CASE(what_no_process_can_be_given_is_refused) {
  BOOST_CHECK(after([](auto& x) { x.env["A=B"] = "c"; }) != "");
  BOOST_CHECK(after([](auto& x) { x.env[""] = "c"; }) != "");
  BOOST_CHECK(after([](auto& x) { x.env[std::string(1, '\0')] = "c"; }) != "");
  BOOST_CHECK(after([](auto& x) { x.env["A"] = std::string(1, '\0'); }) != "");
  BOOST_CHECK(after([](auto& x) { x.argv.push_back(std::string(1, '\0')); }) != "");
  BOOST_CHECK_EQUAL(after([](auto& x) { x.env["A"] = "b=c"; }), "");
}

BOOST_AUTO_TEST_CASE(a_health_check_needs_something_to_ask) {
  BOOST_CHECK_EQUAL(with_check({command_probe{{"true"}}}), "");
  BOOST_CHECK_EQUAL(with_check({command_probe{}}), "a health check needs a command");
  BOOST_CHECK_EQUAL(with_check({tcp_probe{80}}), "");
  BOOST_CHECK_EQUAL(with_check({tcp_probe{0}}), "a health check needs a port from 1 to 65535");
  BOOST_CHECK_EQUAL(with_check({http_probe{80, "/ok?x=1"}}), "");
  BOOST_CHECK_EQUAL(with_check({http_probe{0, "/"}}),
                    "a health check needs a port from 1 to 65535");
  for (auto path : {"", "ok", "/a b", "/a\r\nHost: b"})
    BOOST_CHECK(with_check({http_probe{80, path}}) != "");
}

BOOST_AUTO_TEST_CASE(a_health_check_takes_its_time) {
  auto with = [](auto change) {
    health_check x{command_probe{{"true"}}};
    change(x);
    return with_check(std::move(x));
  };
  BOOST_CHECK(with([](auto& x) { x.failures = 0; }) != "");
  BOOST_CHECK(with([](auto& x) { x.interval = 9ms; }) != "");
  BOOST_CHECK_EQUAL(with([](auto& x) { x.interval = 10ms; }), "");
  BOOST_CHECK(with([](auto& x) { x.timeout = 9ms; }) != "");
  BOOST_CHECK_EQUAL(with([](auto& x) { x.timeout = 10ms; }), "");
  BOOST_CHECK(with([](auto& x) { x.grace = -1ms; }) != "");
  BOOST_CHECK_EQUAL(with([](auto& x) { x.grace = 0ms; }), "");
}

BOOST_AUTO_TEST_CASE(artifacts_are_files_or_come_with_their_sum) {
  BOOST_CHECK_EQUAL(with_artifact({"/data/model"}), "");
  BOOST_CHECK_EQUAL(with_artifact({"file:///data/model"}), "");
  BOOST_CHECK_EQUAL(with_artifact({"https://host/model", sum}), "");
  BOOST_CHECK_EQUAL(with_artifact({"HTTP://host/model", sum}), "");
  BOOST_CHECK(with_artifact({"https://host/model"}) != "");
  BOOST_CHECK(with_artifact({"HTTP://host/model"}) != "");
  BOOST_CHECK(with_artifact({"https://host/model", "abc"}) != "");
  BOOST_CHECK(with_artifact({"/data/model", std::string(64, 'g')}) != "");
  for (auto uri : {"", "model", "../model", "ftp://host/model", "://x"})
    BOOST_CHECK_MESSAGE(with_artifact({uri, sum}) != "", uri);
}

BOOST_AUTO_TEST_CASE(no_artifact_leaves_the_sandbox) {
  for (auto name : {"model", "a/b", "a..b"})
    BOOST_CHECK_MESSAGE(with_artifact({"/data/x", {}, name}) == "", name);
  for (auto name : {"/etc/passwd", "..", "../x", "a/../../x", ".", "a/..", "./a"})
    BOOST_CHECK_MESSAGE(with_artifact({"/data/x", {}, name}) != "", name);
}

BOOST_AUTO_TEST_CASE(a_task_has_a_hundred_artifacts_at_most) {
  BOOST_CHECK_EQUAL(after([](auto& x) { x.artifacts.assign(100, {"/data/x"}); }), "");
  BOOST_CHECK(after([](auto& x) { x.artifacts.assign(101, {"/data/x"}); }) != "");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
