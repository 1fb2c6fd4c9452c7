#include "config/config.hpp"

#include "support.hpp"

#include <boost/test/unit_test.hpp>

#include <set>

using namespace entente;
using namespace entente::test;
using namespace std::chrono_literals;

namespace {

constexpr auto file_text = R"({
  "master": {"offer_timeout": "2s"},
  "agent": {"attributes": {"rack": "r1", "zone": "z"}},
  "hosts": {
    "n1": {"runs": ["agent"], "agent": {"attributes": {"rack": "r2"}, "http": "10.0.0.2:1"}},
    "n2": {"master": {"offer_timeout": "3s"}}
  }
})";

}  // namespace

BOOST_AUTO_TEST_SUITE(sources)

BOOST_AUTO_TEST_CASE(no_source_at_all_gives_the_default) {
  auto found = resolve({});
  BOOST_REQUIRE(found);
  BOOST_TEST((*found == config{}));
}

BOOST_AUTO_TEST_CASE(command_line_beats_environment_beats_host_beats_file_beats_default) {
  temporary_folder folder;
  config_sources from;
  BOOST_TEST((resolve(from)->master.offer_timeout == 30s));
  from.file = folder.write("c.json", file_text);
  BOOST_TEST((resolve(from)->master.offer_timeout == 2s));
  from.host = "n2";
  BOOST_TEST((resolve(from)->master.offer_timeout == 3s));
  from.environment["ENTENTE_MASTER_OFFER_TIMEOUT"] = "4s";
  BOOST_TEST((resolve(from)->master.offer_timeout == 4s));
  from.command_line = {{"--offer-timeout", "master.offer_timeout", "5s"}};
  BOOST_TEST((resolve(from)->master.offer_timeout == 5s));
  from.command_line.push_back({"--offer-timeout", "master.offer_timeout", "6s"});
  BOOST_TEST((resolve(from)->master.offer_timeout == 6s));
}

BOOST_AUTO_TEST_CASE(a_program_may_have_defaults_of_its_own) {
  config_sources from;
  from.defaults.log.level = log_level::warn;
  BOOST_TEST((resolve(from)->log.level == log_level::warn));
  from.environment["ENTENTE_LOG_LEVEL"] = "info";
  BOOST_TEST((resolve(from)->log.level == log_level::info));
}

BOOST_AUTO_TEST_CASE(the_level_of_one_part_is_a_flag_too) {
  config_sources from;
  from.command_line = {{"--log", "log.levels.agent", "debug"}};
  auto found = resolve(from);
  BOOST_REQUIRE_MESSAGE(found, errors_of(found));
  BOOST_TEST((found->log.levels.at("agent") == log_level::debug));
}

BOOST_AUTO_TEST_CASE(a_host_changes_only_what_its_entry_names) {
  temporary_folder folder;
  auto found = resolve({folder.write("c.json", file_text), "n1", {}, {}});
  BOOST_REQUIRE_MESSAGE(found, errors_of(found));
  BOOST_TEST(found->agent.attributes.at("rack") == "r2");
  BOOST_TEST(found->agent.attributes.at("zone") == "z");
  BOOST_TEST(to_string(found->agent.http) == "10.0.0.2:1");
  BOOST_TEST((found->master.offer_timeout == 2s));
}

BOOST_AUTO_TEST_CASE(an_unknown_host_is_told_the_closest_one) {
  temporary_folder folder;
  auto path = folder.write("c.json", file_text);
  BOOST_TEST(errors_of(resolve({path, "n11", {}, {}})) ==
             path + ": hosts: has no entry \"n11\"; did you mean \"n1\"?\n");
}

BOOST_AUTO_TEST_CASE(every_variable_sets_one_key) {
  std::set<std::string> names;
  for (const auto& key : environment_keys())
    BOOST_TEST(names.insert(environment_variable(key)).second, key);
  BOOST_TEST(names.contains("ENTENTE_MASTER_LISTEN"));
  BOOST_TEST(names.contains("ENTENTE_MASTER_AGREEMENT_HOLD_LEASE"));
  BOOST_TEST(names.contains("ENTENTE_AGENT_MASTERS"));
  BOOST_TEST(names.contains("ENTENTE_LOG_LEVEL"));
}

BOOST_AUTO_TEST_CASE(variables_for_clients_and_tasks_set_no_key) {
  for (const auto& key : environment_keys())
    for (auto taken : {"ENTENTE_MASTER", "ENTENTE_CONFIG", "ENTENTE_TASK_ID", "ENTENTE_RANK",
                       "ENTENTE_SIZE", "ENTENTE_HOSTS"})
      BOOST_TEST(environment_variable(key) != taken);
}

BOOST_AUTO_TEST_CASE(unknown_and_empty_variables_are_ignored) {
  auto found = resolve({"",
                        "",
                        {{"ENTENTE_MASTER", "x"},
                         {"ENTENTE_HOSTS", "[["},
                         {"ENTENTE_BIN_DIR", "y"},
                         {"ENTENTE_LOG_LEVEL", ""},
                         {"ENTENTE_AGENT_RESOURCES", "cpus"},
                         {"PATH", "/bin"}},
                        {}});
  BOOST_REQUIRE_MESSAGE(found, errors_of(found));
  BOOST_TEST((*found == config{}));
}

BOOST_AUTO_TEST_CASE(errors_name_the_variable_or_the_flag) {
  config_sources from;
  from.environment = {
    {"ENTENTE_LOG_LEVEL", "loud"}, {"ENTENTE_AGENT_MASTERS", "a:1,b"}, {"ENTENTE_CLUSTER", "\xFF"}};
  from.command_line = {{"--listen", "master.listen", "x"}};
  auto found = resolve(from);
  BOOST_REQUIRE_EQUAL(found.errors().size(), 4U);
  BOOST_TEST(found.errors()[0].to_string().starts_with("ENTENTE_CLUSTER: cluster: expected"));
  BOOST_TEST(found.errors()[1].to_string() ==
             "ENTENTE_AGENT_MASTERS: agent.masters: expected HOST:PORT such as "
             "\"10.0.0.1:5060\", with a port of 1 to 65535, found \"b\"");
  BOOST_TEST(found.errors()[2].to_string().starts_with("ENTENTE_LOG_LEVEL: log.level: expected"));
  BOOST_TEST(found.errors()[3].to_string() ==
             "--listen: master.listen: expected HOST:PORT such as \"127.0.0.1:5060\", with a "
             "port of 0 to 65535, found \"x\"");
}

BOOST_AUTO_TEST_CASE(errors_of_all_sources_are_told_at_once) {
  temporary_folder folder;
  auto found = resolve({folder.write("c.json", R"({"cluster": 1})"),
                        "",
                        {{"ENTENTE_LOG_FORMAT", "xml"}},
                        {{"--http", "agent.http", "?"}}});
  BOOST_TEST(found.errors().size() == 3U, errors_of(found));
}

BOOST_AUTO_TEST_CASE(a_flag_sets_one_resource_or_attribute) {
  config_sources from;
  from.command_line = {{"--cpus", "agent.resources.cpus", "2"},
                       {"--mem", "agent.resources.mem", "4GB"},
                       {"--attribute", "agent.attributes.vendor.com", "x"}};
  auto found = resolve(from);
  BOOST_REQUIRE_MESSAGE(found, errors_of(found));
  BOOST_TEST(found->agent.resources.at("cpus") == "2");
  BOOST_TEST(found->agent.resources.at("mem") == "4GB");
  BOOST_TEST(found->agent.resources.at("gpus") == "auto");
  BOOST_TEST(found->agent.attributes.at("vendor.com") == "x");
}

BOOST_AUTO_TEST_CASE(a_flag_for_no_key_is_told_the_closest_one) {
  auto found = resolve({"", "", {}, {{"--set", "master.lisen", "a:1"}}});
  BOOST_TEST(errors_of(found) ==
             "--set: master.lisen: unknown key; did you mean \"master.listen\"?\n");
}

BOOST_AUTO_TEST_CASE(what_sources_get_wrong_together_is_an_error) {
  auto found = resolve({"", "", {{"ENTENTE_TLS_KEY", "k.pem"}}, {}});
  BOOST_TEST(errors_of(found).starts_with("configuration: tls.certificate: expected"));
}

BOOST_AUTO_TEST_CASE(a_certificate_and_its_key_may_come_from_two_sources) {
  auto found = resolve({"",
                        "",
                        {{"ENTENTE_TLS_KEY", "k"}, {"ENTENTE_TLS_CA", "a"}},
                        {{"--cert", "tls.certificate", "c"}}});
  BOOST_TEST(errors_of(found) == "");
}

BOOST_AUTO_TEST_CASE(a_file_that_cannot_be_read_is_an_error) {
  temporary_folder folder;
  auto missing = (folder.path() / "none.json").string();
  BOOST_TEST(errors_of(load_config(missing)) ==
             missing + ": cannot be read: No such file or directory\n");
  auto directory = folder.path().string();
  BOOST_TEST(errors_of(load_config(directory)) == directory + ": cannot be read: is a directory\n");
  BOOST_TEST(errors_of(resolve({missing, "n1", {}, {}})) ==
             missing + ": cannot be read: No such file or directory\n");
}

BOOST_AUTO_TEST_CASE(a_file_that_is_too_long_is_refused) {
  BOOST_TEST(errors_of(load_config("/dev/zero")) ==
             "/dev/zero: expected at most 16 MB, found more\n");
  temporary_folder folder;
  auto text = "{}" + std::string(max_config_bytes - 2, ' ');
  BOOST_TEST(errors_of(load_config(folder.write("c.json", text))) == "");
}

BOOST_AUTO_TEST_SUITE_END()
