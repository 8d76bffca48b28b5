/* Every customer becomes a user, connects NetSuite and installs. */
#ifndef TAILOR_DEMO_INSTALL_H
#define TAILOR_DEMO_INSTALL_H

#include "demo/demo.h"

/* Makes the users and lets each connect NetSuite and install INTEGRATION
 * (key), by the embedded API as the ISV's backend would. */
enum err demo_install_all(struct demo_world *w, const char *integration,
                          struct error *e);

/* One customer connects the app TYPE with DATA (*taken*). */
enum err demo_connect(struct demo_world *w, const struct demo_customer *c,
                      const char *type, struct value *data, struct error *e);

/* One customer installs the integration with that id. */
enum err demo_install(struct demo_world *w, const struct demo_customer *c,
                      const char *integration_id, struct error *e);

#endif
