// What an agent does for its tasks.
#include "config/config.hpp"

#include <boost/test/unit_test.hpp>

#include <nlohmann/json.hpp>

#include "support.hpp"

namespace entente::test {

BOOST_AUTO_TEST_SUITE(tasks)

BOOST_AUTO_TEST_CASE(limits_hold_as_far_as_they_can_unless_they_are_off) {
  BOOST_TEST((config{}.agent.limits == limits_mode::automatic));
  auto read = read_config(R"({"agent": {"limits": "off"}})", "c.json");
  BOOST_REQUIRE_MESSAGE(read, errors_of(read));
  BOOST_TEST((read->agent.limits == limits_mode::off));
}

BOOST_AUTO_TEST_CASE(the_number_of_processes_is_a_whole_number_above_zero) {
  auto read = read_config(R"({"agent": {"task_pids": 50}})", "c.json");
  BOOST_REQUIRE_MESSAGE(read, errors_of(read));
  BOOST_TEST(read->agent.task_pids == 50u);
  for (const auto* wrong : {"0", "-1", "1.5", "\"many\"", "true", "99999999999999999999"})
    BOOST_CHECK_MESSAGE(
      !read_config(std::string{R"({"agent": {"task_pids": )"} + wrong + "}}", "c.json"), wrong);
}

BOOST_AUTO_TEST_CASE(the_size_of_output_is_a_size_above_zero) {
  auto read = read_config(R"({"agent": {"output_size": "2GB"}})", "c.json");
  BOOST_REQUIRE_MESSAGE(read, errors_of(read));
  BOOST_TEST(read->agent.output_size == "2GB");
  for (const auto* wrong : {"0", "-1MB", "much"})
    BOOST_CHECK_MESSAGE(
      !read_config(std::string{R"({"agent": {"output_size": ")"} + wrong + "\"}}", "c.json"),
      wrong);
}

BOOST_AUTO_TEST_CASE(what_is_fetched_and_what_is_kept_of_it_have_sizes_and_a_time) {
  auto read = read_config(
    R"({"agent": {"artifact_size": "1GB", "cache_size": "2GB", "fetch_timeout": "5m"}})", "c.json");
  BOOST_REQUIRE_MESSAGE(read, errors_of(read));
  BOOST_TEST(read->agent.artifact_size == "1GB");
  BOOST_TEST(read->agent.cache_size == "2GB");
  BOOST_TEST((read->agent.fetch_timeout == std::chrono::minutes{5}));
  for (const auto* wrong :
       {R"("artifact_size": 0)", R"("cache_size": "some")", R"("fetch_timeout": "0s")"})
    BOOST_CHECK_MESSAGE(!read_config(std::string{R"({"agent": {)"} + wrong + "}}", "c.json"),
                        wrong);
}

BOOST_AUTO_TEST_CASE(sandboxes_are_kept_for_an_age_and_up_to_a_share_of_the_disk) {
  BOOST_TEST((config{}.agent.sandbox_age == std::chrono::hours{7 * 24}));
  auto read = read_config(R"({"agent": {"sandbox_age": "1h", "disk_share": 0.75}})", "c.json");
  BOOST_REQUIRE_MESSAGE(read, errors_of(read));
  BOOST_TEST((read->agent.sandbox_age == std::chrono::hours{1}));
  BOOST_TEST(read->agent.disk_share == 0.75);
  BOOST_TEST(to_json(*read).at("agent").at("disk_share") == 0.75);
  for (const auto* wrong : {"0", "-0.5", "1.001", "90", "\"most\"", "true"})
    BOOST_CHECK_MESSAGE(
      !read_config(std::string{R"({"agent": {"disk_share": )"} + wrong + "}}", "c.json"), wrong);
}

BOOST_AUTO_TEST_CASE(whether_disk_is_enforced_is_true_or_false) {
  BOOST_TEST(config{}.agent.enforce_disk);
  auto read = read_config(R"({"agent": {"enforce_disk": false}})", "c.json");
  BOOST_REQUIRE_MESSAGE(read, errors_of(read));
  BOOST_TEST(!read->agent.enforce_disk);
}

BOOST_AUTO_TEST_CASE(variables_set_them) {
  config_sources from;
  from.environment = {{"ENTENTE_AGENT_LIMITS", "off"}, {"ENTENTE_AGENT_TASK_PIDS", "7"}};
  auto found = resolve(from);
  BOOST_REQUIRE_MESSAGE(found, errors_of(found));
  BOOST_TEST((found->agent.limits == limits_mode::off));
  BOOST_TEST(found->agent.task_pids == 7u);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
