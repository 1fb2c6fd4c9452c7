#include "config/config.hpp"

#include "support.hpp"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

using namespace entente;
using namespace entente::test;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(reading)

BOOST_AUTO_TEST_CASE(an_empty_object_is_the_default) {
  auto read = read_config("{}", "c.json");
  BOOST_REQUIRE(read);
  BOOST_TEST((*read == config{}));
}

BOOST_AUTO_TEST_CASE(by_default_everything_listens_on_loopback) {
  config value;
  BOOST_TEST(to_string(value.master.listen) == "127.0.0.1:5060");
  BOOST_TEST(to_string(value.master.http) == "127.0.0.1:5050");
  BOOST_TEST(to_string(value.agent.http) == "127.0.0.1:5051");
}

BOOST_AUTO_TEST_CASE(a_cluster_file_is_read_in_full) {
  auto read = load_config((examples() / "cluster.json").string());
  BOOST_REQUIRE_MESSAGE(read, errors_of(read));
  BOOST_TEST(read->cluster == "lab");
  BOOST_TEST(to_string(read->master.listen) == "10.0.0.1:5060");
  BOOST_TEST((read->master.agent_timeout == 75s && read->master.offer_timeout == 30s));
  BOOST_TEST((read->master.agreement.hold_lease == 2s));
  BOOST_TEST((read->master.agreement.fan_out == fan_out_mode::all));
  BOOST_TEST((read->agent.masters == std::vector<endpoint>{{"10.0.0.1", 5060}}));
  BOOST_TEST(read->agent.resources.at("disk") == "100GB");
  BOOST_TEST(read->agent.attributes.at("rack") == "r1");
  BOOST_TEST(read->slots.at("small").at("cpus") == "0.5");
  BOOST_TEST(read->slots.at("standard").at("cpus") == "1");
  BOOST_TEST(read->roles.at("eng").weight == 2);
  BOOST_TEST(read->roles.at("eng/ads").guarantee.at("cpus") == "8");
  BOOST_TEST(read->roles.at("eng/ads").preempts);
  BOOST_TEST(read->master.fault_domain == "rack");
  BOOST_TEST(read->agent.reservations.at("eng").at("mem") == "4GB");
  BOOST_TEST((read->hosts.at("node1").runs == std::set{part::master}));
  BOOST_TEST((read->log.level == log_level::info && read->log.format == log_format::text));
}

BOOST_AUTO_TEST_CASE(every_example_is_valid_and_written_as_it_was_read) {
  for (const auto& file : std::filesystem::directory_iterator{examples()}) {
    auto first = load_config(file.path().string());
    BOOST_REQUIRE_MESSAGE(first, errors_of(first));
    auto again = read_config(to_json(*first).dump(), "again");
    BOOST_REQUIRE_MESSAGE(again, errors_of(again));
    BOOST_TEST((*first == *again), file.path());
  }
}

BOOST_AUTO_TEST_CASE(a_file_may_name_its_schema_for_editors) {
  auto read = read_config(R"({"$schema": "./cluster.schema.json"})", "c.json");
  BOOST_REQUIRE(read);
  BOOST_CHECK((*read == config{}));
}

BOOST_AUTO_TEST_CASE(comments_say_nothing) {
  auto read = read_config("// The lab.\n{\"cluster\": /* not */ \"lab\" // really\n}", "c.json");
  BOOST_REQUIRE_MESSAGE(read, errors_of(read));
  BOOST_TEST(read->cluster == "lab");
  BOOST_TEST(!read_config("{\"cluster\": \"lab\" /* no end", "c.json"));
  auto web = read_config("{\"cluster\": \"http://lab\"}", "c.json");
  BOOST_TEST(web->cluster == "http://lab");
}

BOOST_AUTO_TEST_CASE(the_default_is_written_in_full) {
  auto written = to_json(config{});
  BOOST_TEST(written["master"]["agreement"]["hold_lease"] == "2s");
  BOOST_TEST(written["agent"]["masters"][0] == "127.0.0.1:5060");
  BOOST_TEST(!written.contains("tls"));
}

BOOST_AUTO_TEST_CASE(weights_are_written_as_numbers) {
  auto read = read_config(R"({"roles": {"a": {"weight": 2}, "b": {"weight": 0.5}}})", "c.json");
  BOOST_REQUIRE(read);
  BOOST_TEST(to_json(*read)["roles"]["a"]["weight"].dump() == "2");
  BOOST_TEST(to_json(*read)["roles"]["b"]["weight"].dump() == "0.5");
}

BOOST_AUTO_TEST_CASE(resources_that_a_file_does_not_name_keep_their_default) {
  auto read = read_config(R"({"agent": {"resources": {"cpus": 4.50, "fpgas": "1"}}})", "c.json");
  BOOST_REQUIRE(read);
  BOOST_TEST(read->agent.resources.at("cpus") == "4.5");
  BOOST_TEST(read->agent.resources.at("fpgas") == "1");
  BOOST_TEST(read->agent.resources.at("mem") == "auto");
}

BOOST_AUTO_TEST_CASE(attributes_may_be_numbers_and_truth_values) {
  auto read = read_config(R"({"agent": {"attributes": {"a": 7, "b": true, "c": "x"}}})", "c.json");
  BOOST_REQUIRE(read);
  using texts = std::map<std::string, std::string>;
  BOOST_TEST((read->agent.attributes == texts{{"a", "7"}, {"b", "true"}, {"c", "x"}}));
}

BOOST_AUTO_TEST_CASE(masters_may_be_one_text_with_commas) {
  auto read = read_config(R"({"agent": {"masters": "a:1,b:2"}})", "c.json");
  BOOST_REQUIRE(read);
  BOOST_TEST((read->agent.masters == std::vector<endpoint>{{"a", 1}, {"b", 2}}));
}

BOOST_AUTO_TEST_SUITE_END()
