// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package image

import (
	"bytes"
	"encoding/pem"
	"errors"

	"golang.org/x/crypto/x509roots/fallback/bundle"
)

// authoritiesFile is where Go looks for them on Linux.
const authoritiesFile = "etc/ssl/certs/ca-certificates.crt"

// authorities are those of Mozilla's store, at the version that go.mod pins. Left out are the few that are trusted under
// a constraint only, which a file cannot say; none of them signs for AWS.
func authorities() ([]byte, error) {
	var content bytes.Buffer
	for root := range bundle.Roots() {
		if root.Constraint != nil {
			continue
		}
		if err := pem.Encode(&content, &pem.Block{Type: "CERTIFICATE", Bytes: root.Certificate}); err != nil {
			return nil, err
		}
	}
	if content.Len() == 0 {
		return nil, errors.New("the bundle of certificate authorities is empty")
	}
	return content.Bytes(), nil
}
