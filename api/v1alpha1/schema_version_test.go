// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package v1alpha1_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
)

func TestADefinitionIsOutdatedUnlessItsSchemaIsAtLeastTheControllers(t *testing.T) {
	of := func(version string) map[string]string {
		return map[string]string{v1alpha1.AnnotationSchemaVersion: version}
	}
	cases := map[string]struct {
		annotations map[string]string
		want        string // a part of the reason, empty for none
	}{
		"no annotations":     {nil, "has no annotation ecsiam.dev/schema-version"},
		"another annotation": {map[string]string{"a": "1"}, "has no annotation"},
		"an older schema":    {of(strconv.Itoa(v1alpha1.SchemaVersion - 1)), "schema version is 0, and the controller needs 1"},
		"the same schema":    {of(strconv.Itoa(v1alpha1.SchemaVersion)), ""},
		"a newer schema":     {of(strconv.Itoa(v1alpha1.SchemaVersion + 1)), ""},
		"no number":          {of("latest"), `"latest" and not a number`},
		"nothing":            {of(""), "not a number"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			got := v1alpha1.SchemaOutdated(c.annotations)
			if (got == "") != (c.want == "") || !strings.Contains(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}
