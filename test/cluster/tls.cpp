// Who may talk to whom: certificates, and listening where others can hear.
#include <boost/test/unit_test.hpp>
#include <csignal>
#include <filesystem>

#include "tls_fixture.hpp"

using namespace entente::test;

namespace {

/// Whether it ended so, with one line that mentions all of the parts.
void check_refused(const ending& end, int code, const strings& parts) {
  BOOST_CHECK_EQUAL(end.code, code);
  for (const auto& part : parts)
    BOOST_CHECK_MESSAGE(mentions(end.err, part), part << " is not in: " << end);
  BOOST_CHECK_MESSAGE(is_one_line(end.err), end);
}

struct fixture : tls_fixture {
  ending master_with(const std::string& config) const {
    return entente({"master", "--listen", "127.0.0.1:0", "--config", config});
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(tls, fixture)

BOOST_AUTO_TEST_CASE(a_cluster_with_certificates_runs_tasks) {
  auto config = config_of("node");
  start_master(config);
  auto agent = start_agent(config);
  env["ENTENTE_CONFIG"] = config;
  wait_for("agents", [](const json& agents) { return agents.size() == 1; });
  auto end = run_shell("echo $ENTENTE_RANK", {"-n", "3"});
  BOOST_CHECK_EQUAL(end.code, 0);
  BOOST_CHECK(mentions(end.out, "2"));
}

BOOST_AUTO_TEST_CASE(the_certificate_may_name_an_address_of_version_6_or_a_name) {
  auto config = config_of("node");
  for (const auto* listen : {"[::1]:0", "localhost:0"}) {
    start_master(config, listen);
    BOOST_CHECK_EQUAL(status(config).code, 0);
  }
}

BOOST_AUTO_TEST_CASE(an_agent_that_lost_its_master_finds_the_next_one_by_tls) {
  auto config = config_of("node");
  env["ENTENTE_CONFIG"] = config;
  start_master(config);
  auto agent = start_agent(config);
  wait_for("agents", [](const json& agents) { return agents.size() == 1; });
  master_program->signal(SIGKILL);
  master_program->wait();
  start_master(config, master());
  wait_for("agents", [](const json& agents) { return agents.size() == 1; });
}

BOOST_AUTO_TEST_CASE(new_certificates_are_taken_without_a_restart_and_bad_ones_are_not) {
  auto config = config_of("stranger");
  start_master(config);
  auto client = config_of("node");
  auto replace = [&](const std::string& name, const std::string& by) {
    shell("cp " + by + ".pem " + name + ".pem && cp " + by + ".key " + name + ".key");
    master_program->signal(SIGHUP);
  };
  check_refused(status(client), 69, {"does not name 127.0.0.1"});
  replace(path("ca/stranger"), path("ca/node"));
  master_program->wait_for_error("reloaded");
  BOOST_CHECK_EQUAL(status(client).code, 0);
  replace(path("ca/stranger"), path("ca/expired"));
  master_program->wait_for_error("has expired");
  BOOST_CHECK_EQUAL(status(client).code, 0);
}

BOOST_AUTO_TEST_CASE(without_a_certificate_nobody_gets_in) {
  start_master(config_of("node"));
  check_refused(status(""), 69, {"it may want TLS"});
}

BOOST_AUTO_TEST_CASE(who_speaks_tls_does_not_talk_to_who_does_not) {
  start_master("");
  check_refused(status(config_of("node")), 69, {"it does not speak TLS"});
}

BOOST_AUTO_TEST_CASE(a_certificate_of_another_authority_is_refused_by_both_ends) {
  start_master(config_of("node"));
  make("others", "node=127.0.0.1");
  // It believes in the master's authority, but has a certificate of another, which it does not see.
  auto own = json{{"ca", path("both.pem")}};
  shell("cat " + path("ca/ca.pem") + ' ' + path("others/ca.pem") + " > " + path("both.pem"));
  check_refused(status(config_of("node", "others", own)), 69, {"does not know the authority"});
  own = {{"ca", path("others/ca.pem")}};
  check_refused(status(config_of("node", "others", own)), 69, {"its certificate is not good"});
}

BOOST_AUTO_TEST_CASE(a_master_whose_certificate_names_another_host_is_not_talked_to) {
  start_master(config_of("stranger"));
  check_refused(status(config_of("node")), 69, {"does not name 127.0.0.1"});
  auto by_authority = config_of("node", "ca", {{"verify", "ca"}});
  BOOST_CHECK_EQUAL(status(by_authority).code, 0);
}

BOOST_AUTO_TEST_CASE(a_file_that_is_missing_is_named_with_its_key) {
  for (const auto* key : {"certificate", "key", "ca"}) {
    auto missing = path("none.pem");
    check_refused(master_with(config_of("node", "ca", {{key, missing}})), 64,
                  {std::string{"tls."} + key, missing, "No such file"});
  }
}

BOOST_AUTO_TEST_CASE(a_file_of_something_else_is_named_with_its_key) {
  auto nonsense = write("nonsense.pem", "no certificate at all");
  for (const auto* key : {"certificate", "key", "ca"})
    check_refused(master_with(config_of("node", "ca", {{key, nonsense}})), 64,
                  {std::string{"tls."} + key, nonsense, "is not"});
}

BOOST_AUTO_TEST_CASE(a_key_of_another_certificate_is_refused) {
  auto key = path("ca/stranger.key");
  check_refused(master_with(config_of("node", "ca", {{"key", key}})), 64,
                {"tls.key", key, "is not the key of the certificate"});
}

BOOST_AUTO_TEST_CASE(a_key_with_a_passphrase_is_refused_and_nobody_is_asked) {
  shell("openssl ec -aes128 -passout pass:secret -in " + path("ca/node.key") + " -out " +
        path("locked.key"));
  check_refused(master_with(config_of("node", "ca", {{"key", path("locked.key")}})), 64,
                {"tls.key", "a key without a passphrase"});
}

BOOST_AUTO_TEST_CASE(an_expired_certificate_is_refused_at_the_start) {
  auto config = config_of("expired");
  for (const auto& end : {master_with(config), status(config)})
    check_refused(end, 64, {"tls.certificate", "expired.pem", "has expired"});
}

BOOST_AUTO_TEST_CASE(a_certificate_that_the_authority_did_not_sign_is_refused_at_the_start) {
  make("others", "node=127.0.0.1");
  check_refused(master_with(config_of("node", "others")), 64,
                {"tls.certificate", "is not good by the authority in tls.ca"});
}

BOOST_AUTO_TEST_CASE(without_tls_nobody_listens_where_others_can_hear_unless_told_so) {
  for (const auto* listen : {"0.0.0.0:0", "[::]:0"})
    for (const auto* part : {"master", "local"})
      check_refused(entente({part, "--listen", listen}), 64,
                    {"master.listen", "\"tls\"", "\"insecure\": true"});
  start_master(write("insecure.json", R"({"insecure": true})"), "0.0.0.0:0");
  BOOST_CHECK_EQUAL(status("").code, 0);
}

BOOST_AUTO_TEST_CASE(a_whole_cluster_in_one_process_listens_with_tls) {
  auto config = config_of("node");
  env["ENTENTE_CONFIG"] = config;
  auto client = std::string{std::getenv("ENTENTE_BIN_DIR")} + "/entente";
  auto end =
    entente({"local", "--listen", "127.0.0.1:0", "--", client, "run", "--", "echo", "fine"});
  BOOST_CHECK_EQUAL(end.code, 0);
  BOOST_CHECK_EQUAL(end.out, "fine\n");
}

BOOST_AUTO_TEST_SUITE_END()
