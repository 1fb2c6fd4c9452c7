#pragma once

#include <boost/test/unit_test.hpp>
#include <cstdlib>

#include "support.hpp"

namespace entente::test {

/// A test authority's certificates, and a cluster's parts that use them. `node` names this machine.
struct tls_fixture : cluster_user {
  tls_fixture() {
    env["ENTENTE_AGENT_LIMITS"] = "off";
    make("ca", "node=127.0.0.1,::1,localhost stranger=192.0.2.1 --days -1 expired=127.0.0.1");
  }

  /// Has the script make an authority in a directory of that name.
  void make(const std::string& directory, const std::string& arguments) const {
    const auto* source = std::getenv("ENTENTE_SOURCE_DIR");
    BOOST_REQUIRE_MESSAGE(source, "ENTENTE_SOURCE_DIR says where the script is; ctest sets it");
    shell(std::string{source} + "/config/make-test-ca " + path(directory) + ' ' + arguments);
  }

  /// A configuration file with the certificate of that name.
  std::string config_of(const std::string& name, const std::string& directory = "ca",
                        json more = json::object()) const {
    json tls{{"certificate", path(directory + "/" + name + ".pem")},
             {"key", path(directory + "/" + name + ".key")},
             {"ca", path("ca/ca.pem")}};
    tls.update(more);
    return write(directory + "-" + name + ".json", json{{"tls", tls}}.dump());
  }

  void start_master(const std::string& config, const std::string& listen = "127.0.0.1:0") {
    strings arguments{"master", "--listen", listen};
    if (!config.empty())
      arguments.insert(arguments.end(), {"--config", config});
    master_program.reset();  // Two masters cannot share a work directory.
    master_program = std::make_unique<program>(start(arguments));
    use_master_of(*master_program);
  }

  program start_agent(const std::string& config) const {
    strings arguments{"agent",      "--cpus",      "4",        "--mem", "2GB",
                      "--work-dir", path("agent"), "--master", master()};
    if (!config.empty())
      arguments.insert(arguments.end(), {"--config", config});
    return start(arguments);
  }

  ending status(const std::string& config) const {
    return config.empty() ? entente({"status"}) : entente({"status", "--config", config});
  }

  std::unique_ptr<program> master_program;
};

}  // namespace entente::test
