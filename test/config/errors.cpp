#include "config/config.hpp"

#include "support.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <iterator>

using namespace entente;
using namespace entente::test;

BOOST_AUTO_TEST_SUITE(errors)

BOOST_AUTO_TEST_CASE(an_error_names_file_key_and_what_was_expected) {
  BOOST_TEST(errors_of(R"({"master": {"offer_timeout": "soon"}})") ==
             "c.json: master.offer_timeout: expected a duration above zero such as \"250ms\" or "
             "\"5s\", found \"soon\"\n");
}

BOOST_AUTO_TEST_CASE(an_unknown_key_is_told_the_closest_one_of_the_same_object) {
  BOOST_TEST(errors_of(R"({"master": {"ofer_timeout": "5s"}})") ==
             "c.json: master.ofer_timeout: unknown key; did you mean \"offer_timeout\"?\n");
  BOOST_TEST(errors_of(R"({"mastr": {}})") ==
             "c.json: mastr: unknown key; did you mean \"master\"?\n");
  BOOST_TEST(errors_of(R"({"roles": {"eng": {"wieght": 1}}})") ==
             "c.json: roles.eng.wieght: unknown key; did you mean \"weight\"?\n");
  BOOST_TEST(errors_of(R"({"hosts": {"n": {"agent": {"atributes": {}}}}})") ==
             "c.json: hosts.n.agent.atributes: unknown key; did you mean \"attributes\"?\n");
}

BOOST_AUTO_TEST_CASE(an_unknown_key_that_is_like_no_other_gets_no_hint) {
  BOOST_TEST(errors_of(R"({"scheduler_policy": 1})") == "c.json: scheduler_policy: unknown key\n");
  BOOST_TEST(errors_of(R"({"master.listen": "a:1"})") == "c.json: master.listen: unknown key\n");
  BOOST_TEST(errors_of(R"({"": 1})") == "c.json: \"\": unknown key\n");
}

BOOST_AUTO_TEST_CASE(all_errors_of_a_file_are_told_at_once) {
  auto errors = read_config(R"({"cluster": "", "master": {"listen": 7, "http": "x"},
    "agent": {"masters": ["a:1", "b"], "resources": {"cpus": -1, "mem": "lots"}},
    "slots": {"small": {"cpus": "auto"}}, "log": {"level": "loud"}})",
                            "c.json")
                  .errors();
  std::vector<std::string> keys;
  std::ranges::transform(errors, std::back_inserter(keys), &config_error::key);
  std::vector<std::string> expected{
    "agent.masters[1]", "agent.resources.cpus", "agent.resources.mem", "cluster",
    "log.level",        "master.http",          "master.listen",       "slots.small.cpus"};
  BOOST_TEST(keys == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(what_an_agent_advertises_is_a_host_or_an_address) {
  for (std::string text : {"10.0.0.2:5061", "http://10.0.0.2/", "a b", "[fd66::5]"})
    only_error(R"({"agent": {"advertise": ")" + text + "\"}}", "agent.advertise",
               "expected a host or an address, without a port");
  BOOST_CHECK_EQUAL(errors_of(R"({"agent": {"advertise": "fd66::5"}})"), "");
  BOOST_CHECK_EQUAL(errors_of(R"({"agent": {"advertise": ""}})"), "");
}

BOOST_AUTO_TEST_CASE(values_of_the_wrong_type_are_refused) {
  only_error("[]", "", "expected an object, found a list");
  only_error("7", "", "expected an object, found 7");
  only_error(R"({"$schema": 7})", R"("$schema")", "expected a text, found 7");
  only_error(R"({"master": null})", "master", "expected an object, found null");
  only_error(R"({"cluster": {}})", "cluster", "found an object");
  only_error(R"({"cluster": "a\nb"})", "cluster", R"(found "a\nb")");
  only_error(R"({"master": {"agreement": []}})", "master.agreement", "expected an object");
  only_error(R"({"master": {"agent_timeout": 5}})", "master.agent_timeout", "found 5");
  only_error(R"({"agent": {"attributes": {"a": []}}})", "agent.attributes.a", "found a list");
  only_error(R"({"agent": {"attributes": "a=b"}})", "agent.attributes", "expected an object");
  only_error(R"({"slots": []})", "slots", "expected an object");
  only_error(R"({"slots": {"small": 1}})", "slots.small", "expected an object");
  only_error(R"({"roles": {"a": {"guarantee": 1}}})", "roles.a.guarantee", "expected an object");
  only_error(R"({"hosts": {"a": {"runs": "master"}}})", "hosts.a.runs", "expected a list");
}

BOOST_AUTO_TEST_CASE(values_out_of_range_are_refused) {
  only_error(R"({"master": {"listen": "h:65536"}})", "master.listen", "a port of 0 to 65535");
  only_error(R"({"agent": {"masters": ["h:0"]}})", "agent.masters[0]", "a port of 1 to 65535");
  only_error(R"({"agent": {"masters": []}})", "agent.masters", "at least one");
  only_error(R"({"master": {"agreement": {"hold_lease": "0s"}}})", "master.agreement.hold_lease",
             "above zero");
  only_error(R"({"roles": {"a": {"weight": 0}}})", "roles.a.weight", "above zero");
  only_error(R"({"roles": {"a": {"weight": -1}}})", "roles.a.weight", "found -1");
  only_error(R"({"roles": {"a": {"weight": 1e300}}})", "roles.a.weight", "found 1e+300");
  only_error(R"({"roles": {"a": {"limit": {"cpus": -1}}}})", "roles.a.limit.cpus", "not negative");
  only_error(R"({"roles": {"a": {"limit": {"ports": "1-2"}}}})", "roles.a.limit.ports", "scalar");
  only_error(R"({"slots": {"s": {"cpus": 0.0001}}})", "slots.s.cpus", "three decimals");
  only_error(R"({"slots": {"s": {"mem": "2XB"}}})", "slots.s.mem", "a size such as");
  only_error(R"({"agent": {"resources": {"ports": "9-1"}}})", "agent.resources.ports", "ranges");
  only_error(R"({"agent": {"resources": {"cpus": true}}})", "agent.resources.cpus", "\"auto\" or");
}

BOOST_AUTO_TEST_CASE(a_choice_lists_its_names_and_hints_at_one) {
  only_error(R"({"master": {"agreement": {"fan_out": "some"}}})", "master.agreement.fan_out",
             R"(one of "all", "candidates", found "some")");
  only_error(R"({"log": {"level": "wran"}})", "log.level", R"(did you mean "warn"?)");
  only_error(R"({"log": {"levels": {"agent": "debgu"}}})", "log.levels.agent",
             R"(did you mean "debug"?)");
  only_error(R"({"log": {"levels": {"agnt": "info"}}})", "log.levels.agnt",
             R"(did you mean "agent"?)");
  only_error(R"({"log": {"levels": "info"}})", "log.levels", "expected an object");
  only_error(R"({"log": {"max_size": "0MB"}})", "log.max_size", "expected a size above zero");
  only_error(R"({"log": {"keep": 0}})", "log.keep", "expected a whole number above zero");
  only_error(R"({"log": {"format": 1}})", "log.format", R"(one of "text", "json", found 1)");
  only_error(R"({"hosts": {"n": {"runs": ["master", "agnt"]}}})", "hosts.n.runs[1]",
             R"(did you mean "agent"?)");
}

BOOST_AUTO_TEST_CASE(names_that_the_user_chooses_have_rules) {
  only_error(R"({"roles": {"a/../b": {}}})", "roles.a/../b", "expected a role");
  only_error(R"({"roles": {"": {}}})", "roles.\"\"", "expected a role");
  only_error(R"({"hosts": {"a b": {}}})", "hosts.\"a b\"", "expected a host");
  only_error(R"({"slots": {"9": {"cpus": 1}}})", "slots.9", "expected a slot class");
  only_error(R"({"agent": {"resources": {"a;b": 1}}})", "agent.resources.\"a;b\"",
             "expected a name");
}

BOOST_AUTO_TEST_CASE(a_slot_class_of_nothing_is_refused) {
  only_error(R"({"slots": {"none": {}}})", "slots.none", "at least one resource above zero");
  only_error(R"({"slots": {"none": {"cpus": 0}}})", "slots.none", "at least one resource");
}

BOOST_AUTO_TEST_CASE(values_that_contradict_each_other_are_refused) {
  only_error(R"({"roles": {"a": {"guarantee": {"mem": "2GB"}, "limit": {"mem": 1024}}}})",
             "roles.a.guarantee.mem", R"(expected at most the limit "1024", found "2GB")");
  only_error(R"({"tls": {"certificate": "c.pem"}})", "tls.key", "found nothing");
  only_error(R"({"tls": {"key": "k.pem"}})", "tls.certificate", "found nothing");
  only_error(R"({"tls": {"certificate": 1, "key": "k.pem"}})", "tls.certificate", "found 1");
  only_error(R"({"master": {"listen": "a:1", "http": "a:1"}})", "master.http", "another address");
  only_error(R"({"hosts": {"n": {"master": {"http": "127.0.0.1:5060"}}}})", "hosts.n.master.http",
             "another address");
}

BOOST_AUTO_TEST_CASE(certificate_key_and_authority_go_together) {
  only_error(R"({"tls": {"ca": "ca.pem"}})", "tls.certificate", "found nothing");
  only_error(R"({"tls": {"certificate": "c.pem", "key": "k.pem"}})", "tls.ca", "found nothing");
  only_error(R"({"tls": {"verify": "all"}})", "tls.verify", R"(one of "host", "ca", found "all")");
  only_error(R"({"insecure": "yes"})", "insecure", "expected true or false");
  auto read = read_config(
    R"({"tls": {"certificate": "c.pem", "key": "k.pem", "ca": "ca.pem", "verify": "ca"}})",
    "c.json");
  BOOST_REQUIRE(read);
  BOOST_TEST(read->tls.enabled());
  BOOST_TEST((read->tls.verify == tls_verify::ca));
}

BOOST_AUTO_TEST_CASE(an_overlay_is_checked_when_it_is_read) {
  only_error(R"({"hosts": {"n": {"agent": {"http": "x"}}}})", "hosts.n.agent.http", "HOST:PORT");
  only_error(R"({"hosts": {"n": {"master": 1}}})", "hosts.n.master", "expected an object");
}

BOOST_AUTO_TEST_CASE(a_key_given_twice_is_refused) {
  only_error(R"({"cluster": "a", "cluster": "b"})", "cluster", "given twice");
  only_error(R"({"cluster": "a", "cluster": "b", "cluster": "c"})", "cluster", "given twice");
  BOOST_TEST(errors_of(R"({"master": {"http": "a:1", "http": {"x": [7, {"x": 1, "x": {}}]}}})") ==
             "c.json: master.http: given twice\nc.json: master.http.x[1].x: given twice\n");
  only_error(R"({"agent": {"masters": ["a:1"], "masters": []}})", "agent.masters", "given twice");
}

BOOST_AUTO_TEST_CASE(broken_json_is_located_by_line_and_column) {
  auto errors = read_config("{\n  \"cluster\": \"a\",\n  \"master\": tru\n}", "c.json").errors();
  BOOST_REQUIRE_EQUAL(errors.size(), 1U);
  BOOST_TEST(errors[0].to_string().starts_with("c.json:3:16: not valid JSON: "),
             errors[0].to_string());
}

BOOST_AUTO_TEST_CASE(every_kind_of_broken_json_is_one_error) {
  for (auto text : {"", "{", "{\"a\"", "{} {}", "nul", "{\"a\": 1,}", "\"\xFF\"", "{\"a\": 1e999}",
                    "// x", "{'a': 1}", "\xEF\xBB", "[1", R"("\u12")", "{\n\n"}) {
    auto found = errors_of(text);
    BOOST_TEST(std::ranges::count(found, '\n') == 1, found);
    BOOST_TEST(found.find("not valid JSON") != std::string::npos, found);
  }
}

BOOST_AUTO_TEST_CASE(an_error_is_one_short_line_whatever_it_quotes) {
  auto monster = std::string(1'000'000, 'x');
  for (const auto& text : {R"({")" + monster + R"(": 1})", R"({"cluster": [")" + monster + R"("]})",
                           R"({"master": "\n\u0007)" + monster + R"("})", "{" + monster,
                           R"({"a": ")" + monster, std::string{R"({"roles": {"a\n": 1}})"}}) {
    auto found = errors_of(text);
    BOOST_TEST(found.size() < 500U);
    BOOST_TEST(std::ranges::count(found, '\n') == 1, found);
    BOOST_TEST(std::ranges::count(found, '\a') == 0, found);
  }
}

BOOST_AUTO_TEST_CASE(errors_without_end_are_counted) {
  std::string text = "{";
  for (int i = 0; i < 10'000; ++i)
    text += "\"k" + std::to_string(i) + "\": 1,";
  text.back() = '}';
  auto errors = read_config(text, "c.json").errors();
  BOOST_REQUIRE_EQUAL(errors.size(), max_config_errors + 1);
  BOOST_TEST(errors.back().to_string() == "c.json: 9950 more errors");
}

BOOST_AUTO_TEST_SUITE_END()
